//! The runner of *.t cases.
