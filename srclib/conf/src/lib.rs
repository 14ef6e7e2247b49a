//! httpd.conf as text: lexer and tree of directives. No I/O, no meaning.
//!
//! [`Source`] holds a file, [`parse`] makes its tree and finds every error of form. What the names mean, and what
//! `${VAR}` stands for, is known only to the reader of the tree: it calls [`RawArgs::interpolate`] when it comes to a
//! directive (a `Define` above it counts), and then [`Args::words`].
//!
//! ```
//! let source = conf::Source::new("httpd.conf", "<Directory \"/srv\">\n  Options None\n</Directory>\n");
//! let parsed = conf::parse(&source);
//! assert!(parsed.errors.is_empty());
//! let conf::Node::Section(directory) = &parsed.nodes[0] else { unreachable!() };
//! let args = directory.args.interpolate(&mut |_| None);
//! assert_eq!(args.words()[0].text, "/srv");
//! assert_eq!(directory.children[0].position().to_string(), "httpd.conf:2:3");
//! ```

mod args;
mod error;
mod lines;
mod source;
mod tree;
mod words;

pub use args::{Args, RawArgs, Undefined, interpolate};
pub use error::SyntaxError;
pub use source::{Position, Source};
pub use tree::{Directive, Node, Parsed, Section, parse};
pub use words::{Word, next_word, words};
