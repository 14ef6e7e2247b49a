//! The program behind ./configure
