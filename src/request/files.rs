//! The file handler: answers with regular files, and says why of everything else that a URL may lead to.

mod cache;
mod validators;

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::rc::Rc;

use bytes::Bytes;
use os::file::{Info, Kind};

pub(crate) use cache::Cache;
use cache::Cached;
use validators::Validators;

use super::{Body, FileBody, Method, Request, Response, conditional, methods};
use crate::core_module::{AcceptPathInfo, ETagParts, MaxRanges};
use crate::log;

/// Files up to this size are read whole and sent with their head in one write; larger ones are left to the kernel.
const SMALL: u64 = 32 * 1024;

/// Seconds after which a change of a file shows in its times: they are that coarse on some file systems.
const SETTLED: i64 = 1;

/// Answers what no handler took.
pub(crate) fn serve(r: &Request) -> Response {
    match r.method() {
        Method::Get | Method::Head => get(r).unwrap_or_else(Response::status),
        Method::Options => methods::options(r),
        Method::Post => find(r).map_or_else(Response::status, |_| methods::refuse(r)),
        _ => methods::refuse(r),
    }
}

/// `Err` is the status of a refusal.
fn get(r: &Request) -> Result<Response, u16> {
    let (path, info) = find(r)?;
    let parts = r.core().file_etag();
    if !r.core().enable_mmap() || info.size > SMALL {
        let (file, info) = open(r, path)?;
        return Ok(large(r, file, &info, parts));
    }
    let cache = &r.connection.thread.files;
    if let Some(cached) = cache.borrow().get(path, info, parts) {
        return Ok(answer(r, &cached.validators, || Body::Bytes(cached.bytes.clone())));
    }
    let (mut file, info) = open(r, path)?;
    if info.size > SMALL {
        return Ok(large(r, file, &info, parts));
    }
    let bytes = read(&mut file, info.size).map_err(|cause| cannot_read(r, path, &cause))?;
    let validators = Validators::of(&info, parts, r.time);
    let response = answer(r, &validators, || Body::Bytes(bytes.clone()));
    if is_settled(&info, r) && Info::of_file(&file).is_ok_and(|now| now == info) {
        cache.borrow_mut().put(path, Cached { info, parts, bytes, validators });
    }
    Ok(response)
}

/// The file that the URL leads to, if it is one that can be served.
fn find(r: &Request) -> Result<(&Path, &Info), u16> {
    let (Some(path), Some(info)) = (&r.map.file, &r.map.info) else {
        let path = r.map.file.as_deref().unwrap_or(Path::new(&r.path));
        log!(*r, Info, AH00128, "File does not exist: {}{}", path.display(), r.map.path_info);
        return Err(404);
    };
    match info.kind {
        Kind::Regular => {}
        Kind::Directory => {
            log!(*r, Error, AH00129, "Attempt to serve directory: {}", path.display());
            return Err(403);
        }
        Kind::Link | Kind::Other => {
            log!(*r, Error, AH20301, "neither a file nor a directory: {}", path.display());
            return Err(403);
        }
    }
    if !r.map.path_info.is_empty() && r.core().accept_path_info() != AcceptPathInfo::On {
        log!(*r, Info, AH00130, "File does not exist: {}{}", path.display(), r.map.path_info);
        return Err(404);
    }
    Ok((path, info))
}

/// Opens the file and looks again: between the look at its name and now it may have become another.
fn open(r: &Request, path: &Path) -> Result<(File, Info), u16> {
    let opened = os::file::open_for_reading(path).and_then(|file| Ok((Info::of_file(&file)?, file)));
    match opened {
        Ok((info, file)) if info.kind == Kind::Regular => Ok((file, info)),
        Ok(_) => Err(403),
        Err(cause) => Err(cannot_read(r, path, &cause)),
    }
}

fn cannot_read(r: &Request, path: &Path, cause: &io::Error) -> u16 {
    log!(*r, Error, AH00132, "file permissions deny server access: {}: {cause}", path.display());
    match cause.kind() {
        ErrorKind::NotFound => 404,
        ErrorKind::PermissionDenied => 403,
        _ => 500,
    }
}

/// A file that has become shorter meanwhile is an error: no answer tells of it.
fn read(file: &mut File, size: u64) -> io::Result<Bytes> {
    let mut bytes = vec![0; size as usize];
    file.read_exact(&mut bytes)?;
    Ok(bytes.into())
}

fn large(r: &Request, file: File, info: &Info, parts: ETagParts) -> Response {
    let validators = Validators::of(info, parts, r.time);
    let range = 0..info.size;
    answer(r, &validators, || Body::File(FileBody { file: Rc::new(file), range }))
}

/// The answer, if the client's conditions let it have one.
fn answer(r: &Request, validators: &Validators, body: impl FnOnce() -> Body) -> Response {
    // The document of an error is not what the client's conditions are about.
    let verdict = match r.error {
        Some(_) => conditional::Verdict::Proceed,
        None => conditional::evaluate(r, validators.etag(), Some(validators.modified_seconds)),
    };
    let mut response = match verdict {
        conditional::Verdict::Proceed => Response::new(200, body()),
        conditional::Verdict::NotModified => Response::new(304, Body::Empty),
        conditional::Verdict::Failed => return Response::status(412),
    };
    response.headers.add("Last-Modified", validators.modified.clone());
    if let Some(etag) = &validators.etag {
        response.headers.add("ETag", etag.clone());
    }
    let unit = if r.core().max_ranges() == MaxRanges::None { "none" } else { "bytes" };
    response.headers.add("Accept-Ranges", unit);
    response
}

/// Nothing has touched the file for so long that the next change will show in its times.
fn is_settled(info: &Info, r: &Request) -> bool {
    conditional::seconds(r.time) - info.modified.max(info.changed) > SETTLED
}
