//! The file handler: answers with regular files, and says why of everything else that a URL may lead to.

mod cache;
mod validators;

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::rc::Rc;

use bytes::Bytes;
use os::file::{Info, Kind};
use sha1::{Digest as _, Sha1};

pub(crate) use cache::Cache;
use cache::Kept;
use validators::{Validators, sha1_of};

use super::{Body, BodyError, FileBody, Headers, Method, Request, Response, conditional, methods};
use crate::core_module::{AcceptPathInfo, ETagParts, MaxRanges};
use crate::log;
use crate::server::ServingThread;

/// Files up to this size are read whole and sent with their head in one write; larger ones are left to the kernel.
const SMALL: u64 = 32 * 1024;

/// Files up to this size are kept open for the next request. Not larger ones: the room of a file that is deleted is not
/// free before it is closed.
const MIDDLING: u64 = 1024 * 1024;

/// Room for the fields of an answer: ours, and those that the protocol and a module or two add.
const FIELDS: usize = 8;

/// Seconds after which a change of a file shows in its times: they are that coarse on some file systems.
const SETTLED: i64 = 1;

/// The most of a request's body that is read before a file is sent; a longer one costs the client the connection.
const DISCARDED: u64 = 64 * 1024;

/// Answers what no handler took. A form that is posted to a file gets the file, as from Apache.
pub(crate) async fn serve(r: &mut Request) -> Response {
    match r.method() {
        Method::Get | Method::Head | Method::Post => {
            if r.body.remaining() != Some(0)
                && let Err(status) = discard(r).await
            {
                return Response::status(status);
            }
            get(r).unwrap_or_else(Response::status)
        }
        Method::Options => methods::options(r),
        _ => methods::refuse(r),
    }
}

/// Reads the body of the request away. Who has sent a broken one is to hear of that, not of a file (`Err`, a status):
/// nobody knows what else was meant.
async fn discard(r: &mut Request) -> Result<(), u16> {
    find(r)?;
    let mut length = r.body.remaining().unwrap_or(0);
    while length <= DISCARDED
        && let Some(chunk) = r.body.chunk().await
    {
        let chunk = chunk.map_err(|cause| broken(r, &cause))?;
        length = r.body.remaining().unwrap_or(length + chunk.len() as u64);
    }
    Ok(())
}

fn broken(r: &Request, cause: &io::Error) -> u16 {
    log!(*r, Info, AH20302, "the body of the request for {} is broken: {cause}", r.path);
    BodyError::of(cause).status
}

/// `Err` is the status of a refusal.
fn get(r: &Request) -> Result<Response, u16> {
    let (path, info) = find(r)?;
    if info.size > MIDDLING || !r.core().enable_mmap() {
        sent_by_kernel(r, path)
    } else if info.size > SMALL {
        kept_open(r, path, info)
    } else {
        sent_from_memory(r, path, info)
    }
}

fn sent_from_memory(r: &Request, path: &str, info: &Info) -> Result<Response, u16> {
    let parts = r.core().file_etag();
    let cache = &r.connection.thread.files;
    if let Some(kept) = cache.borrow().memory.get(path, info, parts) {
        return Ok(answer(r, &kept.validators, || Body::Bytes(kept.contents.clone())));
    }
    let (file, info) = open(r, path)?;
    // A file that is on the disk only is read while it is sent, by somebody who can wait.
    let at_hand = if info.size > SMALL { Ok(None) } else { read(&file, info.size) };
    let Some(bytes) = at_hand.map_err(|cause| cannot_read(r, path, &cause))? else {
        return Ok(from_file(r, file, &info));
    };
    let mut validators = Validators::of(&info, parts, r.time);
    if parts.contains(ETagParts::DIGEST) {
        validators = validators.digested(Sha1::new_with_prefix(&bytes));
    }
    let response = answer(r, &validators, || Body::Bytes(bytes.clone()));
    if is_settled(&info, r) && Info::of_file(&file).is_ok_and(|now| now == info) {
        cache.borrow_mut().memory.put(Kept { path: path.into(), info, parts, validators, contents: bytes });
    }
    Ok(response)
}

fn kept_open(r: &Request, path: &str, info: &Info) -> Result<Response, u16> {
    let parts = r.core().file_etag();
    let cache = &r.connection.thread.files;
    if let Some(kept) = cache.borrow().open.get(path, info, parts) {
        return Ok(answer(r, &kept.validators, || whole(Rc::clone(&kept.contents), info)));
    }
    let (file, info) = open(r, path)?;
    let validators = validators(r, &file, &info);
    let contents = Rc::new(file);
    let response = answer(r, &validators, || whole(Rc::clone(&contents), &info));
    if is_settled(&info, r) && info.size <= MIDDLING {
        cache.borrow_mut().open.put(Kept { path: path.into(), info, parts, validators, contents });
    }
    Ok(response)
}

/// All of a file that a thread has, in the form in which it is sent.
pub(crate) enum Whole {
    Bytes(Bytes),
    /// By the kernel.
    File(Rc<File>),
}

/// What the thread keeps of a file, if that is still what it was.
pub(crate) fn kept(thread: &ServingThread, path: &str, info: &Info, parts: ETagParts) -> Option<Whole> {
    let cache = thread.files.borrow();
    if info.size <= SMALL {
        return cache.memory.get(path, info, parts).map(|kept| Whole::Bytes(kept.contents.clone()));
    }
    cache.open.get(path, info, parts).map(|kept| Whole::File(Rc::clone(&kept.contents)))
}

fn sent_by_kernel(r: &Request, path: &str) -> Result<Response, u16> {
    let (file, info) = open(r, path)?;
    Ok(from_file(r, file, &info))
}

fn from_file(r: &Request, file: File, info: &Info) -> Response {
    let validators = validators(r, &file, info);
    answer(r, &validators, || whole(Rc::new(file), info))
}

/// Those of an open file. A large one would take too long to digest while others wait.
fn validators(r: &Request, file: &File, info: &Info) -> Validators {
    let parts = r.core().file_etag();
    let validators = Validators::of(info, parts, r.time);
    let is_digested = parts.contains(ETagParts::DIGEST) && info.size <= MIDDLING;
    match is_digested.then(|| sha1_of(file, info.size)) {
        Some(Ok(contents)) => validators.digested(contents),
        Some(Err(_)) | None => validators,
    }
}

fn whole(file: Rc<File>, info: &Info) -> Body {
    Body::File(FileBody::new(file, 0..info.size))
}

/// The file that the URL leads to, if it is one that can be served.
fn find(r: &Request) -> Result<(&str, &Info), u16> {
    let (Some(path), Some(info)) = (&r.map.file, &r.map.info) else {
        let path = r.map.file.as_ref().unwrap_or(&r.path);
        log!(*r, Info, AH00128, "File does not exist: {path}{}", r.map.path_info);
        return Err(404);
    };
    match info.kind {
        Kind::Regular if is_program(r) => {
            log!(*r, Error, AH21160, "{path} is a program, and no module runs it: its text is not sent");
            return Err(500);
        }
        Kind::Regular => {}
        Kind::Directory => {
            log!(*r, Error, AH00129, "Attempt to serve directory: {path}");
            return Err(404);
        }
        Kind::Link | Kind::Other => {
            log!(*r, Error, AH20301, "neither a file nor a directory: {path}");
            return Err(403);
        }
    }
    if !r.map.path_info.is_empty() && r.core().accept_path_info() != AcceptPathInfo::On {
        log!(*r, Info, AH00130, "File does not exist: {path}{}", r.map.path_info);
        return Err(404);
    }
    Ok((path, info))
}

/// The file is there to be run, by a module that is not there: what stands in it, passwords too, is for nobody to read. (Apache
/// sends it.)
fn is_program(r: &Request) -> bool {
    let content = &r.content;
    content.handler.as_ref().or(content.media_type.as_ref()).is_some_and(|name| {
        name.starts_with("proxy:") || name.starts_with("application/x-httpd-") || name.ends_with("-script")
    })
}

/// Opens the file and looks again: between the look at its name and now it may have become another.
fn open(r: &Request, path: &str) -> Result<(File, Info), u16> {
    let opened =
        os::file::open_for_reading(Path::new(path)).and_then(|file| Ok((Info::of_file(&file)?, file)));
    match opened {
        Ok((info, file)) if info.kind == Kind::Regular => Ok((file, info)),
        Ok(_) => Err(403),
        Err(cause) => Err(cannot_read(r, path, &cause)),
    }
}

fn cannot_read(r: &Request, path: &str, cause: &io::Error) -> u16 {
    log!(*r, Error, AH00132, "file permissions deny server access: {path}: {cause}");
    match cause.kind() {
        ErrorKind::NotFound => 404,
        ErrorKind::PermissionDenied => 403,
        _ => 500,
    }
}

/// All of a file, if it is in memory.
fn read(file: &File, size: u64) -> io::Result<Option<Bytes>> {
    let mut bytes = vec![0; size as usize];
    let read = os::file::read_at_hand(file, &mut bytes, 0)?;
    Ok((read == Some(bytes.len())).then(|| bytes.into()))
}

/// The answer, if the client's conditions let it have one.
fn answer(r: &Request, validators: &Validators, body: impl FnOnce() -> Body) -> Response {
    // The document of an error is not what the client's conditions are about.
    let verdict = match r.error {
        Some(_) => conditional::Verdict::Proceed,
        None => conditional::evaluate(r, validators.etag(), Some(validators.modified_seconds)),
    };
    let (status, body) = match verdict {
        conditional::Verdict::Proceed => (200, body()),
        conditional::Verdict::NotModified => (304, Body::Empty),
        conditional::Verdict::Failed => return Response::status(412),
    };
    let mut headers = Headers::with_capacity(FIELDS);
    headers.add("Last-Modified", validators.modified.clone());
    if let Some(etag) = &validators.etag {
        headers.add("ETag", etag.clone());
    }
    let unit = if r.core().max_ranges() == MaxRanges::None { "none" } else { "bytes" };
    headers.add("Accept-Ranges", unit);
    Response { status, headers, body }
}

/// Nothing has touched the file for so long that the next change will show in its times.
pub(crate) fn is_settled(info: &Info, r: &Request) -> bool {
    conditional::seconds(r.time) - info.modified.max(info.changed) > SETTLED
}
