//! How an error is told to the client.
