use std::fs;
use std::path::Path;

use super::*;
use crate::checksum::crc32c;

const PAGE: usize = 4096;
const LOG: usize = 16384;

/// A page with its number, space, LSN and type, of size [`PAGE`], sealed.
fn page(number: u32, space: u32, lsn: u64, kind: u16, body: u8) -> Vec<u8> {
    let mut page = vec![body; PAGE];
    page[..38].fill(0);
    page[4..8].copy_from_slice(&number.to_be_bytes());
    page[16..24].copy_from_slice(&lsn.to_be_bytes());
    page[24..26].copy_from_slice(&kind.to_be_bytes());
    page[34..38].copy_from_slice(&space.to_be_bytes());
    page[54..58].copy_from_slice(&0x13_u32.to_be_bytes());
    page[PAGE - 8..PAGE - 4].copy_from_slice(&(lsn as u32).to_be_bytes());
    seal(&mut page);
    page
}

fn seal(block: &mut [u8]) {
    let end = block.len() - 4;
    let checksum = crc32c(&block[..end]).to_be_bytes();
    block[end..].copy_from_slice(&checksum);
}

/// A system tablespace: six pages, then a doublewrite area of which `copy` is a page.
fn system(lsn: u64, copy: u8) -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..5).flat_map(|number| page(number, 0, lsn, 6, 1)).collect();
    let mut transactions = page(5, 0, lsn, 7, 0);
    let area = [536_853_855_u32, 8, 8 + 256].map(u32::to_be_bytes).concat();
    transactions[PAGE - 190..PAGE - 166].copy_from_slice(&[&area[..], &area[..]].concat());
    seal(&mut transactions);
    bytes.extend(transactions);
    bytes.resize((8 + 2 * 256 + 1) * PAGE, 0);
    bytes[9 * PAGE..10 * PAGE].copy_from_slice(&page(3, 7, lsn, 6, copy));
    bytes
}

/// A log that began at `first` and whose last checkpoint was `at` bytes later.
fn log(first: u64, at: u64) -> Vec<u8> {
    let mut bytes = vec![0; LOG];
    bytes[..4].copy_from_slice(b"Phys");
    bytes[8..16].copy_from_slice(&first.to_be_bytes());
    bytes[16..32].copy_from_slice(b"MariaDB 11.8.0.0");
    seal(&mut bytes[..512]);
    let lsn = (first + at).to_be_bytes();
    for (place, lsn) in [(8192, lsn), (4096, first.to_be_bytes())] {
        bytes[place..place + 8].copy_from_slice(&lsn);
        bytes[place + 8..place + 16].copy_from_slice(&lsn);
        seal(&mut bytes[place..place + 64]);
    }
    let capacity = LOG - 12288;
    let mut record = [&[0xFA, 0, 0], &lsn[..], &[1]].concat();
    record[11] = u8::from(((at as usize + 11) / capacity).is_multiple_of(2));
    record.extend(crc32c(&record[..11]).to_be_bytes());
    for (index, byte) in record.iter().enumerate() {
        bytes[12288 + (at as usize + index) % capacity] = *byte;
    }
    bytes
}

/// A data directory as a server leaves it, its LSNs by `by`.
fn make(directory: &Path, by: u64, copy: u8) {
    let lsn = 12288 + by;
    let mut index = vec![0; 64];
    index[..4].copy_from_slice(&[0xFE, 0xFE, 9, 3]);
    index[26] = 1;
    let table: Vec<u8> = (0..4).flat_map(|number| page(number, 9, lsn - u64::from(number), 6, 5)).collect();
    fs::create_dir_all(directory.join("shop")).unwrap();
    for (name, bytes) in [
        ("ibdata1", system(lsn, copy)),
        ("undo001", page(0, 1, lsn, 8, 2)),
        ("shop/t.ibd", [&table[..], &vec![0; PAGE]].concat()),
        ("shop/u.MAI", index),
        ("ib_logfile0", log(12288, by)),
        ("aria_log_control", vec![0xFE, 0xFE, 0x0C, 1, 9]),
        ("aria_log.00000001", by.to_be_bytes().to_vec()),
        ("ib_buffer_pool", by.to_string().into_bytes()),
        ("shop/t.frm", b"kept".to_vec()),
    ] {
        fs::write(directory.join(name), bytes).unwrap();
    }
}

/// Names and contents of all files.
fn contents(directory: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for folder in [directory.to_owned(), directory.join("shop")] {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                found.push((path.strip_prefix(directory).unwrap().to_owned(), fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn directories_that_differ_in_numbers_become_the_same() {
    let folder = tempfile::tempdir().unwrap();
    // The second log went past the end of its file, and the third ends there within a record.
    let directories = [(40, 3), (5000, 4), (4090, 5)].map(|(by, copy)| {
        let directory = folder.path().join(by.to_string());
        make(&directory, by, copy);
        assert_eq!(normalize(&directory, None).unwrap(), Outcome::Normal { tablespaces: 3 }, "{by}");
        contents(&directory)
    });
    assert_eq!(directories[0], directories[1]);
    assert_eq!(directories[0], directories[2]);
    let names: Vec<_> = directories[0].iter().map(|(name, _)| name.to_str().unwrap()).collect();
    let expected =
        ["aria_log_control", "ib_logfile0", "ibdata1", "shop/t.frm", "shop/t.ibd", "shop/u.MAI", "undo001"];
    assert_eq!(names, expected);
    // And once more: nothing changes any more.
    let directory = folder.path().join("40");
    assert_eq!(normalize(&directory, None).unwrap(), Outcome::Normal { tablespaces: 3 });
    assert_eq!(contents(&directory), directories[0]);
}

#[test]
fn what_is_not_recognised_is_left_and_said() {
    type Damage = fn(&Path);
    fn change(path: &Path, offset: usize, bytes: &[u8], sealed: Option<std::ops::Range<usize>>) {
        let mut content = fs::read(path).unwrap();
        content[offset..offset + bytes.len()].copy_from_slice(bytes);
        if let Some(range) = sealed {
            seal(&mut content[range]);
        }
        fs::write(path, content).unwrap();
    }
    const TABLE: &str = "shop/t.ibd";
    let cases: [(&str, Damage); 17] = [
        ("page 2 of `shop/t.ibd` has a wrong checksum", |d| {
            change(&d.join(TABLE), 2 * PAGE + 99, b"x", None)
        }),
        ("page 0 of `shop/t.ibd` is encrypted", |d| change(&d.join(TABLE), 29, &[1], Some(0..PAGE))),
        ("page 0 of `shop/t.ibd` is compressed", |d| change(&d.join(TABLE), 24, &[0x80], Some(0..PAGE))),
        ("page 0 of `shop/t.ibd` has two LSNs", |d| change(&d.join(TABLE), 23, &[9], Some(0..PAGE))),
        ("page 0 of `shop/t.ibd` has another number", |d| change(&d.join(TABLE), 7, &[9], Some(0..PAGE))),
        ("page 1 of `shop/t.ibd` belongs to another", |d| change(&d.join(TABLE), 37, &[1], Some(0..PAGE))),
        ("`shop/t.ibd` is not in the format full_crc32", |d| change(&d.join(TABLE), 57, &[3], Some(0..PAGE))),
        ("`shop/t.ibd` is compressed or has flags", |d| change(&d.join(TABLE), 57, &[0x33], Some(0..PAGE))),
        ("`shop/t.ibd` ends within a page", |d| {
            fs::write(d.join(TABLE), &page(0, 9, 40, 8, 1).repeat(3)[..9000]).unwrap()
        }),
        ("`ib_logfile0` is encrypted", |d| change(&d.join("ib_logfile0"), 0, &[0xD0], Some(0..512))),
        ("`ib_logfile0` is not in the format of MariaDB 10.8", |d| {
            change(&d.join("ib_logfile0"), 0, &[0], None)
        }),
        ("`ib_logfile0` goes on after its last checkpoint", |d| {
            change(&d.join("ib_logfile0"), 8207, &[0xFF], Some(8192..8256))
        }),
        ("`ib_logfile0` does not end with a checkpoint", |d| {
            change(&d.join("ib_logfile0"), 12288 + 40, &[1], None)
        }),
        ("`ib_logfile0` may hold records", |d| change(&d.join("ib_logfile0"), 12288 + 56, &[0x35], None)),
        ("the table of `shop/u.MAI` was not closed", |d| change(&d.join("shop/u.MAI"), 25, &[1], None)),
        ("`shop/a.isl`: a table elsewhere", |d| fs::write(d.join("shop/a.isl"), "").unwrap()),
        ("`shop/a.ibd` is a link", |d| std::os::unix::fs::symlink("t.ibd", d.join("shop/a.ibd")).unwrap()),
    ];
    for (expected, damage) in cases {
        let folder = tempfile::tempdir().unwrap();
        make(folder.path(), 40, 3);
        damage(folder.path());
        let before = contents(folder.path());
        let outcome = normalize(folder.path(), None).unwrap();
        let Outcome::Left { reason } = outcome else { panic!("not left: {expected}") };
        assert!(reason.starts_with(expected), "{reason}, not {expected}");
        assert_eq!(contents(folder.path()), before, "{expected}");
    }
}

#[test]
fn a_page_younger_than_the_log_is_not_trusted() {
    let folder = tempfile::tempdir().unwrap();
    make(folder.path(), 40, 3);
    fs::write(folder.path().join("undo001"), page(0, 1, 99_999, 8, 2)).unwrap();
    let Outcome::Left { reason } = normalize(folder.path(), None).unwrap() else { panic!("not left") };
    assert_eq!(reason, "page 0 of `undo001` is younger than the last checkpoint");
}

#[test]
fn changes_to_a_base_need_a_base_in_the_normal_form() {
    let folder = tempfile::tempdir().unwrap();
    let [base, changes] = ["base", "changes"].map(|name| folder.path().join(name));
    make(&base, 40, 3);
    make(&changes, 80, 3);
    // What has not changed is not there.
    fs::remove_file(changes.join("shop/t.ibd")).unwrap();
    fs::remove_file(changes.join("aria_log_control")).unwrap();
    assert!(matches!(normalize(&changes, Some(&base)).unwrap(), Outcome::Left { .. }));
    normalize(&base, None).unwrap();
    assert_eq!(normalize(&changes, Some(&base)).unwrap(), Outcome::Normal { tablespaces: 2 });
}

#[test]
fn directories_are_found_wherever_they_are() {
    let folder = tempfile::tempdir().unwrap();
    make(&folder.path().join("srv/db"), 40, 3);
    fs::create_dir_all(folder.path().join("var/lib/mysql")).unwrap();
    fs::write(folder.path().join("var/lib/mysql/ibdata1"), "").unwrap();
    assert_eq!(find(folder.path()).unwrap(), [folder.path().join("srv/db")]);
}
