//! A case: what `test/README.md` describes, as data. [`parse`] reads it, [`find`] looks for the files.

pub mod find;
pub mod parse;
pub mod requests;
pub mod text;

use std::path::PathBuf;

pub use text::{Text, Words};

/// One `*.t` file.
#[derive(Debug, Default)]
pub struct Case {
    /// The configuration.
    pub conf: Text,
    /// The configuration is the whole httpd.conf.
    pub whole: bool,
    /// What the server shall say of the configuration.
    pub verdict: Verdict,
    /// What lies in the folder of the server.
    pub things: Vec<Thing>,
    /// Names for `<IfDefine>`.
    pub defines: Vec<String>,
    /// What must be there for the case to run.
    pub needs: Vec<Need>,
    /// The MPMs that it is for; empty means all.
    pub mpms: Vec<String>,
    /// The conversation.
    pub steps: Vec<Step>,
    /// What must be in which log: a file name below `logs`, and its lines.
    pub logs: Vec<(String, Text)>,
}

/// What the server shall say of the configuration.
#[derive(Debug, Default, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing in particular.
    #[default]
    Good,
    /// It is refused, with all of these lines in the report.
    Refused(Text),
    /// It is accepted, with all of these lines among the warnings.
    Warned(Text),
}

/// Something in the file system.
#[derive(Debug, PartialEq, Eq)]
pub struct Thing {
    /// Below the document root, or absolute once its words are filled in.
    pub name: String,
    /// What it is.
    pub kind: ThingKind,
}

/// What a [`Thing`] is.
#[derive(Debug, PartialEq, Eq)]
pub enum ThingKind {
    /// A file: what is in it, its permissions, its time in seconds since the epoch.
    File(Text, Option<u32>, Option<u64>),
    /// An empty directory.
    Directory,
    /// A symbolic link to this.
    Link(String),
}

/// What must be there for a case to run.
#[derive(Debug, PartialEq, Eq)]
pub enum Need {
    /// This module, by the name of its file: `mod_status.c`.
    Module(String),
    /// The server is started by root.
    Root,
    /// Files are read without root's rights.
    Unprivileged,
    /// Modules can be loaded at run time, or cannot.
    Dso(bool),
}

/// A step of the conversation, and the line of the file where it stands.
#[derive(Debug)]
pub struct Step {
    /// The line, from 1.
    pub line: usize,
    /// What is done.
    pub act: Act,
}

/// What is done in a step.
#[derive(Debug, PartialEq, Eq)]
pub enum Act {
    /// A new connection.
    Connect,
    /// The client sends.
    In(Text),
    /// An answer comes, and all of this is in it.
    Out(Text),
    /// An answer comes that is exactly this.
    OutExact(Text),
    /// The body of the last answer was exactly this.
    Body(Text),
    /// The client will send no more.
    Shut,
    /// The server closes the connection.
    Closed,
    /// Raw requests, each on a connection of its own.
    Requests(Vec<requests::Row>),
}

/// A case file that was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// What the test is called: `mod_alias/redirect-keeps-query`.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// The module in whose folder it lies, by the name of its file: `mod_alias.c`.
    pub module: Option<String>,
}
