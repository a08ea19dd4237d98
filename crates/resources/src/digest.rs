//! Checksums as Puppet writes them: `{sha256}` and hexadecimal digits.

use sha1::Digest as _;

/// How much of a file a "lite" checksum looks at.
const LITE: usize = 512;

/// The checksum of bytes by an algorithm's name; `None` if it is not one that looks at content.
pub(crate) fn checksum(algorithm: &str, bytes: &[u8]) -> Option<String> {
    let bytes = if algorithm.ends_with("lite") { &bytes[..bytes.len().min(LITE)] } else { bytes };
    let hex = match algorithm.trim_end_matches("lite") {
        "md5" => hex(&md5::Md5::digest(bytes)),
        "sha1" => hex(&sha1::Sha1::digest(bytes)),
        "sha224" => hex(&sha2_of::<sha2::Sha224>(bytes)),
        "sha256" => hex(&sha2_of::<sha2::Sha256>(bytes)),
        "sha384" => hex(&sha2_of::<sha2::Sha384>(bytes)),
        "sha512" => hex(&sha2_of::<sha2::Sha512>(bytes)),
        _ => return None,
    };
    Some(format!("{{{algorithm}}}{hex}"))
}

fn sha2_of<D: sha2::Digest>(bytes: &[u8]) -> Vec<u8> {
    D::digest(bytes).to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn checksums_bear_their_algorithm() {
        for (algorithm, expected) in [
            ("md5", "{md5}900150983cd24fb0d6963f7d28e17f72"),
            ("sha1lite", "{sha1lite}a9993e364706816aba3e25717850c26c9cd0d89d"),
            ("sha256", "{sha256}ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ] {
            assert_eq!(super::checksum(algorithm, b"abc").as_deref(), Some(expected));
        }
        assert_eq!(super::checksum("mtime", b""), None);
    }
}
