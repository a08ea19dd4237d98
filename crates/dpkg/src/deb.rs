//! One package file: its members found, checked and decompressed. Does not know what the data is for.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::archive::{self, Entry, Failure};
use crate::compression::{self, Limited};
use crate::container::{self, Extent, ExtentReader};
use crate::control::Control;
use crate::error::Error;

/// Scripts, checksums and translations of one package: the largest in Debian have some 10 MB.
const CONTROL_LIMIT: u64 = 128 << 20;
/// The largest packages of Debian unpack to less than 4 GiB.
const DATA_LIMIT: u64 = 64 << 30;

/// An open package file whose members have been found. Shared between threads; reading moves nothing.
#[derive(Debug)]
pub struct Deb {
    path: PathBuf,
    file: Arc<File>,
    control: Extent,
    data: Extent,
}

impl Deb {
    /// Opens a file and finds its members. Errors if it is no Debian package of format 2.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let file = File::open(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
        let members = container::members(&file, path)?;
        let mut members = members.into_iter();
        let mut next = |wanted: &str| {
            // Members that begin with `_` are for other programs: deb(5).
            let found = members
                .find(|member| !member.name.starts_with('_'))
                .map(|member| (member.name.clone(), member));
            match found {
                Some((name, member)) if name.starts_with(wanted) => Ok(member),
                Some((name, _)) => Err(format!("found member `{name}` where `{wanted}` is expected")),
                None => Err(format!("it has no member `{wanted}`")),
            }
            .map_err(|reason| Error::not_a_package(path, reason))
        };
        let format = next("debian-binary")?;
        let (control, data) = (next("control.tar")?, next("data.tar")?);
        let deb = Self { path: path.to_owned(), file: Arc::new(file), control, data };
        deb.check_format(&format)?;
        Ok(deb)
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The control information: the fields, and the other members such as `postinst` and `conffiles`.
    pub fn control(&self) -> Result<Control, Error> {
        let mut members = std::collections::BTreeMap::new();
        self.walk(&self.control, CONTROL_LIMIT, |entry, content| {
            Control::collect(&mut members, entry, content)
                .map_err(|reason| Error::content(&self.path, reason))
        })?;
        Control::new(members).map_err(|reason| Error::content(&self.path, reason))
    }

    /// The decompressed data archive, a tar.
    pub fn data(&self) -> Result<Box<dyn Read + Send>, Error> {
        Ok(Box::new(self.decompressed(&self.data, DATA_LIMIT)?))
    }

    /// Calls `visit` with each entry of the data archive, in order, and a reader of its content.
    pub fn entries(&self, visit: impl FnMut(Entry, &mut dyn Read) -> Result<(), Error>) -> Result<(), Error> {
        self.walk(&self.data, DATA_LIMIT, visit)
    }

    /// The error for data that cannot be read, for visitors that read an entry's content.
    pub(crate) fn damaged(&self, source: std::io::Error) -> Error {
        self.damaged_member(&self.data, source)
    }

    fn damaged_member(&self, member: &Extent, source: std::io::Error) -> Error {
        Error::Damaged { path: self.path.clone(), member: member.name.clone(), source }
    }

    fn walk(
        &self,
        member: &Extent,
        limit: u64,
        visit: impl FnMut(Entry, &mut dyn Read) -> Result<(), Error>,
    ) -> Result<(), Error> {
        archive::walk(&mut self.decompressed(member, limit)?, visit).map_err(|failure| match failure {
            Failure::Damaged(source) => self.damaged_member(member, source),
            Failure::Refused(reason) => Error::content(&self.path, format!("`{}`: {reason}", member.name)),
            Failure::Visitor(error) => error,
        })
    }

    fn decompressed(&self, member: &Extent, limit: u64) -> Result<Limited<Box<dyn Read + Send>>, Error> {
        let ending = member.name.split_once(".tar").map_or("", |(_, ending)| ending);
        let input = ExtentReader::new(Arc::clone(&self.file), member);
        let decoder = compression::decoder(ending, input)
            .map_err(|_| Error::Compression { path: self.path.clone(), member: member.name.clone() })?;
        Ok(Limited::new(decoder.map_err(|source| self.damaged_member(member, source))?, limit))
    }

    fn check_format(&self, member: &Extent) -> Result<(), Error> {
        let mut text = String::new();
        let mut reader = ExtentReader::new(Arc::clone(&self.file), member).take(16);
        let version = reader.read_to_string(&mut text).ok().and_then(|_| text.lines().next());
        match version {
            Some(version) if version.starts_with("2.") => Ok(()),
            found => {
                let reason = format!("its format is `{}`, expected `2.0`", found.unwrap_or_default());
                Err(Error::not_a_package(&self.path, reason))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::testing::{Tar, ar, xz};

    fn open(bytes: &[u8]) -> (tempfile::TempDir, Result<Deb, Error>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.deb");
        std::fs::write(&path, bytes).unwrap();
        (folder, Deb::open(&path))
    }

    fn control() -> Vec<u8> {
        let text = "Package: x\nversion: 1 \nArchitecture: all\nDescription: short\n long\n";
        Tar::default()
            .directory("./", 0o755)
            .file("./control", text)
            .file("./postinst", "#!/bin/sh\n")
            .finish()
    }

    #[test]
    fn every_compression_of_dpkg_is_read() {
        let data = Tar::default().file("./a", "content").finish();
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(&data).unwrap();
        let kinds = [
            ("data.tar", data.clone()),
            ("data.tar.gz", gzip.finish().unwrap()),
            ("data.tar.xz/", xz(&data)),
            ("data.tar.zst", zstd::encode_all(&data[..], 1).unwrap()),
        ];
        for (name, compressed) in kinds {
            let members: [(&str, &[u8]); 4] = [
                ("debian-binary/", b"2.0\n"),
                ("_gpgorigin", b"odd"),
                ("control.tar", &control()),
                (name, &compressed),
            ];
            let (_folder, deb) = open(&ar(&members));
            let deb = deb.unwrap();
            let mut decompressed = Vec::new();
            deb.data().unwrap().read_to_end(&mut decompressed).unwrap();
            assert!(decompressed == data, "{name}");
            let control = deb.control().unwrap();
            assert_eq!((control.name.as_str(), control.version.as_str()), ("x", "1"));
            assert_eq!(control.field("description"), Some("short\n long"));
            assert_eq!(control.members().keys().collect::<Vec<_>>(), ["postinst"]);
        }
    }

    #[test]
    fn what_is_no_package_is_said_to_be_none() {
        let (control, data) = (control(), Tar::default().finish());
        let good = ar(&[("debian-binary", b"2.0\n"), ("control.tar", &control), ("data.tar", &data)]);
        let cases: [(Vec<u8>, &str); 9] = [
            (b"".to_vec(), "does not begin with `!<arch>`"),
            (b"PK\x03\x04 a zip".to_vec(), "does not begin with `!<arch>`"),
            (b"!<arch>\n".to_vec(), "no member `debian-binary`"),
            (good[..100].to_vec(), "ends within a header at byte 72"),
            (good[..good.len() - 1].to_vec(), "member `data.tar` should end at byte"),
            (ar(&[("debian-binary", b"3.0\n"), ("control.tar", b""), ("data.tar", b"")]), "format is `3.0`"),
            (
                ar(&[("debian-binary", b"2.0\n"), ("data.tar", &data)]),
                "found member `data.tar` where `control.tar`",
            ),
            ([&good[..66], b"??", &good[68..]].concat(), "no member header at byte 8"),
            (ar(&[("x", &b""[..]); 17]), "more than 16 members"),
        ];
        for (bytes, expected) in cases {
            let (_folder, deb) = open(&bytes);
            let message = deb.unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
    }

    #[test]
    fn damaged_members_are_named() {
        let data = xz(&Tar::default().file("./a", &"content".repeat(1000)).finish());
        let mut broken = data.clone();
        let last = broken.len() - 20;
        broken[last] ^= 1;
        for (name, content) in [
            ("data.tar.xz", &data[..data.len() / 2]),
            ("data.tar.xz", &data[..data.len() - 4]),
            ("data.tar.xz", &broken[..]),
            ("data.tar.gz", &data[..]),
            ("data.tar", &Tar::default().file("./a", "content").finish()[..520]),
            ("data.tar.bz2", b"BZh9"),
            ("data.tar.lzma", b""),
        ] {
            let (_folder, deb) =
                open(&ar(&[("debian-binary", b"2.0\n"), ("control.tar", &control()), (name, content)]));
            let error = deb.unwrap().entries(|_, _| Ok(())).unwrap_err();
            assert!(matches!(error, Error::Damaged { .. } | Error::Compression { .. }), "{name}: {error}");
            assert!(error.to_string().contains(name), "{error}");
        }
    }

    #[test]
    fn unsound_control_is_refused() {
        for (text, expected) in [
            ("Package: x\nVersion: 1\n", "no field `Architecture`"),
            ("Package: ../x\nVersion: 1\nArchitecture: all\n", "field `Package` has the value `../x`"),
            ("Package: x\nVersion: 1\nArchitecture: a/b\n", "field `Architecture`"),
            ("Package: x\nVersion: 1 2\nArchitecture: all\n", "field `Version`"),
            ("Package: x\n\nPackage: y\n", "more than one paragraph"),
            ("Package: x\npackage: y\n", "twice"),
            (" x\n", "continuation"),
            ("x\n", "expected `Field: value`"),
        ] {
            let control = Tar::default().file("./control", text).finish();
            let (_folder, deb) =
                open(&ar(&[("debian-binary", b"2.0\n"), ("control.tar", &control), ("data.tar", b"")]));
            let message = deb.unwrap().control().unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
    }
}
