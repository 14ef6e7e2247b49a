//! stub
use std::borrow::Cow;
/// m
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    Get,
    Head,
}
/// h
#[derive(Default, Debug, Clone)]
pub struct Head;
impl Head {
    /// m
    pub fn method(&self) -> &str {
        ""
    }
    /// m
    pub fn method_kind(&self) -> Method {
        Method::Get
    }
    /// g
    pub fn get(&self, _: &str) -> Option<&[u8]> {
        None
    }
}
/// v
#[derive(Debug, Clone)]
pub struct Value(String);
impl From<String> for Value {
    fn from(s: String) -> Self {
        Self(s)
    }
}
impl From<&'static str> for Value {
    fn from(s: &'static str) -> Self {
        Self(s.into())
    }
}
/// h
#[derive(Default, Debug, Clone)]
pub struct Headers(Vec<(Cow<'static, str>, Value)>);
impl Headers {
    /// s
    pub fn set(&mut self, n: impl Into<Cow<'static, str>>, v: impl Into<Value>) {
        self.0.push((n.into(), v.into()))
    }
}
