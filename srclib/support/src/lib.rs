//! The companion programs of the server, each a room with its `main`; the programs in `bin/` do no more than call it.
//!
//! | room | what it is for |
//! |---|---|
//! | [`options`] | command lines, by a table a program |
//! | [`password`] | how passwords are kept, and comparing them |
//! | [`records`] | the files that keep them |
//! | [`prompt`] | asking for one |
//! | [`apxs`] | modules for an installed server |
//! | [`ab`] | how fast a server answers |
//! | [`htpasswd`] | user files of Basic authentication |
//! | [`htdigest`] | user files of Digest authentication |
//! | [`logresolve`] | names for addresses in logs |
//! | [`rotatelogs`] | a piped log that begins anew |
//! | [`pages`] | manual pages and completions of all of them, when they are installed |

pub mod ab;
pub mod apxs;
pub mod htdigest;
pub mod htpasswd;
pub mod logresolve;
pub mod options;
pub mod pages;
pub mod password;
pub mod prompt;
pub mod records;
pub mod rotatelogs;
