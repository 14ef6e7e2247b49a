//! The quick way through a head that is whole and well formed: httparse, and a look at what it lets pass.

use std::mem::MaybeUninit;

use crate::head::Span;
use crate::scan::HEAD_MAX;
use crate::{Head, Limits, Method, Version};

/// How many fields it can hold; heads with more go the slow way.
const FIELDS: usize = 64;

/// Fills the spans of the head and returns its size. None: it is not whole, not sound, or not simple, and the machine of
/// scan.rs shall decide which. The head may hold fields then.
pub(crate) fn quick(buf: &[u8], limits: &Limits, head: &mut Head) -> Option<usize> {
    let mut fields = [const { MaybeUninit::uninit() }; FIELDS];
    let mut request = httparse::Request::new(&mut []);
    let Ok(httparse::Status::Complete(consumed)) = request.parse_with_uninit_headers(buf, &mut fields) else {
        return None;
    };
    let (method, target) = (request.method?, request.path?);
    // The method is the first thing, and one blank, the version, and CRLF follow the target: nothing was skipped.
    let line = method.len() + 1 + target.len() + 1 + b"HTTP/1.1".len();
    let is_first = method.as_ptr() == buf.as_ptr();
    let too_many = limits.fields != 0 && request.headers.len() > limits.fields;
    if line > limits.line || too_many || consumed > HEAD_MAX || !is_first || !is_crlf(buf, line) {
        return None;
    }
    head.version = if request.version == Some(0) { Version::Http10 } else { Version::Http11 };
    head.method = Method::from_bytes(method.as_bytes());
    head.method_name = Span::new(0, method.len());
    head.target = Span::new(method.len() + 1, method.len() + 1 + target.len());
    head.line = Span::new(0, line);
    quick_fields(buf, limits, head, request.headers, consumed)
}

/// Takes over the fields. Each must start where the one before it ended with CRLF, which httparse does not ask for.
fn quick_fields(
    buf: &[u8],
    limits: &Limits,
    head: &mut Head,
    fields: &[httparse::Header<'_>],
    consumed: usize,
) -> Option<usize> {
    let base = buf.as_ptr().addr();
    let mut last = head.line.start();
    for field in fields {
        let name = field.name.as_ptr().addr() - base;
        let value = field.value.as_ptr().addr() - base;
        let name = Span::new(name, name + field.name.len());
        end_line(buf, limits, &mut last, name.start())?;
        head.push_span(buf, name, Span::new(value, value + field.value.len()));
    }
    end_line(buf, limits, &mut last, consumed.checked_sub(2)?)?;
    is_crlf(buf, consumed - 2).then_some(consumed)
}

/// Whether the line from `last` ends with CRLF before `next` and, if it is a field's, is not too long.
fn end_line(buf: &[u8], limits: &Limits, last: &mut usize, next: usize) -> Option<()> {
    let end = next.checked_sub(2)?;
    let fits = *last == 0 || end - *last <= limits.field_size;
    *last = next;
    (fits && is_crlf(buf, end)).then_some(())
}

fn is_crlf(buf: &[u8], at: usize) -> bool {
    buf.get(at..at + 2) == Some(b"\r\n")
}
