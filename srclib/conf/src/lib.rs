//! httpd.conf as text: lexer and tree of directives. No I/O, no meaning
