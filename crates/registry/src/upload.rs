//! A blob on its way out: not sent if it is there, mounted if it is nearby, resumed where a connection broke.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;

use reqwest::blocking::Body;
use reqwest::{Method, Url};
use store::Descriptor;

use crate::Error;
use crate::answer::Answer;
use crate::connection::{Payload, Request, Target};
use crate::download::what;
use crate::manifests::Place;
use crate::meter::Meter;
use crate::reference::Repository;

/// Blobs up to this length are sent with the request that ends their upload; larger ones in a request of their
/// own before, as everybody does it, which can be resumed.
const SMALL: u64 = 1 << 20;

/// How a blob came to be where it was to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// It was there.
    Existed,
    /// The registry took it from another repository of its own.
    Mounted,
    /// It was sent.
    Sent,
}

/// Opens a blob's content, once it is known that it must be sent.
pub(crate) type Opener<'a> = dyn Fn() -> Result<File, Error> + 'a;

/// An upload under way in the registry.
struct Session {
    location: Url,
    /// Bytes that the registry has.
    offset: u64,
    /// The shortest piece that it takes, the last one apart.
    least: u64,
}

/// Sees to it that a repository has a blob. `candidates` are repositories of the same registry that may have it.
pub(crate) fn blob(
    place: &Place<'_>,
    descriptor: &Descriptor,
    candidates: &[Repository],
    chunk_size: Option<u64>,
    open: &Opener<'_>,
    meter: &Meter,
) -> Result<Way, Error> {
    let upload = Upload { place, descriptor, chunk_size };
    if upload.exists()? {
        meter.reached(descriptor.size);
        return Ok(Way::Existed);
    }
    let mut begun = None;
    for candidate in candidates.iter().filter(|candidate| *candidate != place.repository) {
        match upload.mount(candidate)? {
            Mount::Done => {
                meter.reached(descriptor.size);
                return Ok(Way::Mounted);
            }
            Mount::Begun(session) => {
                begun = Some(session);
                break;
            }
            Mount::Refused => {}
        }
    }
    upload.send(begun, &open()?, meter)?;
    Ok(Way::Sent)
}

struct Upload<'a> {
    place: &'a Place<'a>,
    descriptor: &'a Descriptor,
    chunk_size: Option<u64>,
}

enum Mount {
    Done,
    /// It has not got it there, and waits for its content.
    Begun(Session),
    /// It does not want to.
    Refused,
}

impl Upload<'_> {
    fn exists(&self) -> Result<bool, Error> {
        let path = format!("{}/blobs/{}", self.place.repository, self.descriptor.digest.oci());
        let request = self.place.request(Method::HEAD, path);
        self.place.connection.ask(self.place.cancel, &request, |answer| match answer.status() {
            200 => Ok(true),
            404 => Ok(false),
            _ => Err(self.failure(answer)),
        })
    }

    fn mount(&self, from: &Repository) -> Result<Mount, Error> {
        let (repository, digest) = (self.place.repository, self.descriptor.digest.oci());
        let path = format!("{repository}/blobs/uploads/?mount={digest}&from={from}");
        let request = self.place.request(Method::POST, path);
        self.place.connection.ask(self.place.cancel, &request, |answer| match answer.status() {
            201 => Ok(Mount::Done),
            202 => Ok(Mount::Begun(self.session(&answer, 0, least_of(&answer))?)),
            400..=407 | 409..=423 => Ok(Mount::Refused),
            _ => Err(self.failure(answer)),
        })
    }

    fn begin(&self) -> Result<Session, Error> {
        let path = format!("{}/blobs/uploads/", self.place.repository);
        let request = self.place.request(Method::POST, path);
        self.place.connection.ask(self.place.cancel, &request, |answer| match answer.status() {
            202 => self.session(&answer, 0, least_of(&answer)),
            _ => Err(self.failure(answer)),
        })
    }

    /// Sends all of the content, through broken connections and with a new beginning where one is needed.
    fn send(&self, mut begun: Option<Session>, content: &File, meter: &Meter) -> Result<(), Error> {
        let mut attempts = self.place.connection.attempts(self.place.cancel);
        let (mut most, mut may_begin_anew) = (0, true);
        loop {
            self.place.cancel.check()?;
            let session = match begun.take() {
                Some(session) => session,
                None => self.begin()?,
            };
            let (location, least) = (session.location.clone(), session.least);
            let (outcome, reached) = self.go_on(session, content, meter);
            let Err(error) = outcome else { return Ok(()) };
            if reached > most {
                most = reached;
                attempts.progressed();
            }
            if reached > 0 && may_begin_anew && is_lost(&error) {
                may_begin_anew = false;
                continue;
            }
            attempts.another(error)?;
            begun = self.status(&location, least).filter(|session| session.offset <= self.descriptor.size);
            // The answer may have been lost, and not the upload.
            if begun.is_none() && self.exists()? {
                return Ok(());
            }
        }
    }

    /// What the registry has of an upload whose connection broke. None: it does not know, or has nothing; then a
    /// new upload is as good.
    fn status(&self, location: &Url, least: u64) -> Option<Session> {
        let request = self.request(Method::GET, location.clone());
        let answer = self.place.connection.send(&request).ok()?;
        let offset = offset_of(&answer)?;
        if answer.status() != 204 {
            return None;
        }
        // Where to go on may have changed; else it is where it was.
        let location = self.place.connection.location(&answer).unwrap_or_else(|_| location.clone());
        Some(Session { location, offset, least })
    }

    /// Sends what is missing, and ends the upload. Also says how far it came.
    fn go_on(&self, mut session: Session, content: &File, meter: &Meter) -> (Result<(), Error>, u64) {
        let size = self.descriptor.size;
        let in_one = session.offset == 0 && size <= self.chunk_size.unwrap_or(SMALL).min(SMALL);
        if !in_one {
            let whole = session.offset == 0 && self.chunk_size.is_none_or(|chunk| chunk >= size);
            while session.offset < size {
                let length =
                    self.chunk_size.unwrap_or(u64::MAX).max(session.least).min(size - session.offset);
                let before = session.offset;
                match self.patch(&session, content, length, whole, meter) {
                    Ok(next) if next.offset > before => session = next,
                    Ok(next) => {
                        let reason = "the registry takes nothing of what it is sent".to_owned();
                        let url = crate::answer::shown(&next.location);
                        return (Err(Error::Interrupted { url, reason }), before);
                    }
                    Err(error) => return (Err(error), before),
                }
            }
        }
        let rest = if in_one { size } else { 0 };
        let reached = session.offset;
        (self.end(session, content, rest, meter), reached)
    }

    /// Sends a piece, or the whole, and says where to go on.
    fn patch(
        &self,
        session: &Session,
        content: &File,
        length: u64,
        whole: bool,
        meter: &Meter,
    ) -> Result<Session, Error> {
        let body = || Piece::body(content, session.offset, length, meter);
        let mut request = self.request(Method::PATCH, session.location.clone());
        request.headers = vec![("content-type", "application/octet-stream".to_owned())];
        if !whole {
            let range = format!("{}-{}", session.offset, session.offset + length - 1);
            request.headers.push(("content-range", range));
        }
        request.payload = Some(Payload { length, body: &body });
        let answer = self.place.connection.send(&request)?;
        if !matches!(answer.status(), 201 | 202 | 204) {
            return Err(self.failure(answer));
        }
        let next = session.offset + length;
        // It may have taken less than it was sent, and says so.
        let offset =
            offset_of(&answer).filter(|offset| *offset > session.offset && *offset <= next).unwrap_or(next);
        self.session(&answer, offset, session.least)
    }

    /// Ends the upload, with the whole content if it is small.
    fn end(&self, session: Session, content: &File, length: u64, meter: &Meter) -> Result<(), Error> {
        let mut url = session.location;
        url.query_pairs_mut().append_pair("digest", &self.descriptor.digest.oci());
        let body = || Piece::body(content, 0, length, meter);
        let mut request = self.request(Method::PUT, url);
        request.headers = vec![("content-type", "application/octet-stream".to_owned())];
        if length > 0 {
            request.payload = Some(Payload { length, body: &body });
        }
        let answer = self.place.connection.send(&request)?;
        match answer.status() {
            201 | 204 => {
                meter.reached(self.descriptor.size);
                Ok(())
            }
            _ => Err(self.failure(answer)),
        }
    }

    fn request(&self, method: Method, location: Url) -> Request<'_> {
        let target = Target::Url(location);
        Request { target, ..self.place.request(method, String::new()) }
    }

    fn session(&self, answer: &Answer, offset: u64, least: u64) -> Result<Session, Error> {
        Ok(Session { location: self.place.connection.location(answer)?, offset, least })
    }

    fn failure(&self, answer: Answer) -> Error {
        let (connection, repository) = (self.place.connection, self.place.repository);
        connection.failure(answer, &what(self.descriptor), &format!("writing to `{repository}`"))
    }
}

/// Whether the registry does not know an upload that was begun, or knows it otherwise than we do.
fn is_lost(error: &Error) -> bool {
    matches!(error, Error::Missing { .. } | Error::Status { status: 400 | 409 | 410 | 416, .. })
}

/// `Range: 0-99`: one hundred bytes are there. `0-0` is written for one byte and for none; none is the safe guess.
fn offset_of(answer: &Answer) -> Option<u64> {
    let (_, last) = answer.header("range")?.trim().trim_start_matches("bytes=").split_once('-')?;
    let last: u64 = last.trim().parse().ok()?;
    Some(if last == 0 { 0 } else { last.saturating_add(1) })
}

/// `OCI-Chunk-Min-Length`.
fn least_of(answer: &Answer) -> u64 {
    answer.header("oci-chunk-min-length").and_then(|text| text.trim().parse().ok()).unwrap_or(1).max(1)
}

/// A part of a file, counted as it is sent.
struct Piece {
    file: File,
    at: u64,
    end: u64,
    meter: Meter,
}

impl Piece {
    fn body(content: &File, at: u64, length: u64, meter: &Meter) -> Result<Body, Error> {
        let file = content.try_clone().map_err(|source| Error::Store(store::Error::Source(source)))?;
        Ok(Body::sized(Self { file, at, end: at + length, meter: meter.clone() }, length))
    }
}

impl Read for Piece {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.end - self.at).unwrap_or(usize::MAX).min(buffer.len());
        let length = self.file.read_at(&mut buffer[..most], self.at)?;
        self.at += length as u64;
        self.meter.reached(self.at);
        Ok(length)
    }
}
