//! Weir httpd
