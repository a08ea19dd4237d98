//! A blob on its way in: checked as it comes, and resumed where a connection broke.

use std::io::Write;

use reqwest::Method;
use reqwest::header::CONTENT_RANGE;
use sha256::Digest;
use store::{BlobWriter, Descriptor, SealedBlob, Store};

use crate::Error;
use crate::answer::Answer;
use crate::manifests::Place;
use crate::meter::Meter;

const PIECE: usize = 256 << 10;

/// What has come of a blob so far.
struct Partial {
    writer: BlobWriter,
    length: u64,
}

impl Partial {
    fn new(store: &Store) -> Result<Self, Error> {
        Ok(Self { writer: store.blobs().writer()?, length: 0 })
    }
}

/// Fetches a blob into a store, without a name there. What is not as its descriptor says is asked for once more,
/// since it may have been damaged on the way, and is then an error.
pub(crate) fn blob(
    place: &Place<'_>,
    store: &Store,
    descriptor: &Descriptor,
    meter: &Meter,
) -> Result<SealedBlob, Error> {
    let first = attempt(place, store, descriptor, meter);
    match first {
        Err(Error::WrongDigest { .. } | Error::WrongLength { .. }) => {
            place.cancel.check()?;
            attempt(place, store, descriptor, meter)
        }
        other => other,
    }
}

fn attempt(
    place: &Place<'_>,
    store: &Store,
    descriptor: &Descriptor,
    meter: &Meter,
) -> Result<SealedBlob, Error> {
    let mut partial = Partial::new(store)?;
    let mut attempts = place.connection.attempts(place.cancel);
    loop {
        let before = partial.length;
        match receive(place, store, descriptor, &mut partial, meter) {
            Ok(()) => break,
            Err(error) => {
                if partial.length > before {
                    attempts.progressed();
                }
                attempts.another(error)?;
            }
        }
    }
    let sealed = partial.writer.seal()?;
    let found: Digest = sealed.blob().digest;
    if found != descriptor.digest {
        let (registry, what) = (place.connection.registry().clone(), what(descriptor));
        return Err(Error::WrongDigest { registry, what, expected: descriptor.digest, found });
    }
    Ok(sealed)
}

/// One request, for what is still missing.
fn receive(
    place: &Place<'_>,
    store: &Store,
    descriptor: &Descriptor,
    partial: &mut Partial,
    meter: &Meter,
) -> Result<(), Error> {
    place.cancel.check()?;
    let path = format!("{}/blobs/{}", place.repository, descriptor.digest.oci());
    let mut request = place.request(Method::GET, path);
    if partial.length > 0 {
        request.headers.push(("range", format!("bytes={}-", partial.length)));
    }
    let mut answer = place.connection.send(&request)?;
    match answer.status() {
        200 => {
            // From the beginning, asked for or not.
            if partial.length > 0 {
                *partial = Partial::new(store)?;
            }
        }
        206 if begins_at(&answer, partial.length) => {}
        206 | 416 if partial.length > 0 => {
            *partial = Partial::new(store)?;
            let reason = "it does not go on where it broke off".to_owned();
            return Err(Error::Interrupted { url: answer.shown_url(), reason });
        }
        _ => {
            let what = what(descriptor);
            return Err(place.connection.failure(answer, &what, &format!("reading {what}")));
        }
    }
    if let Some(announced) = answer.length() {
        check_length(place, descriptor, partial.length.saturating_add(announced), true)?;
    }
    copy(place, store, descriptor, &mut answer, partial, meter)?;
    // A connection that ended early and properly all the same.
    check_length(place, descriptor, partial.length, true)
}

fn copy(
    place: &Place<'_>,
    store: &Store,
    descriptor: &Descriptor,
    answer: &mut Answer,
    partial: &mut Partial,
    meter: &Meter,
) -> Result<(), Error> {
    let mut buffer = vec![0; PIECE];
    loop {
        place.cancel.check()?;
        let read = answer.read(&mut buffer)?;
        if read == 0 {
            return Ok(());
        }
        check_length(place, descriptor, partial.length + read as u64, false)?;
        partial.writer.write_all(&buffer[..read]).map_err(|error| writing(store, error))?;
        partial.length += read as u64;
        meter.reached(partial.length);
    }
}

/// Errors for more bytes than there should be, and if they are `all`, for fewer.
fn check_length(place: &Place<'_>, descriptor: &Descriptor, found: u64, all: bool) -> Result<(), Error> {
    let expected = descriptor.size;
    if found > expected || all && found < expected {
        let (registry, what) = (place.connection.registry().clone(), what(descriptor));
        return Err(Error::WrongLength { registry, what, expected, found });
    }
    Ok(())
}

/// The store explains a full disk within the error of the operating system.
fn writing(store: &Store, error: std::io::Error) -> Error {
    let failed = |source| store::Error::Io { action: "write", path: store.path().to_owned(), source };
    Error::Store(error.downcast().unwrap_or_else(failed))
}

/// `Content-Range: bytes 100-199/200`.
fn begins_at(answer: &Answer, offset: u64) -> bool {
    let range = answer.header(CONTENT_RANGE.as_str()).and_then(|text| text.trim().strip_prefix("bytes "));
    range.and_then(|range| range.split('-').next()?.trim().parse().ok()) == Some(offset)
}

/// What a blob is called in messages.
pub(crate) fn what(descriptor: &Descriptor) -> String {
    format!("blob `{}`", descriptor.digest.oci())
}
