use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use diagnostics::Hint;
use serde_json::json;
use sha256::Digest;

use super::*;

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";
/// Set for the children of the crash test only: the store they work in.
const VICTIM: &str = "EFFIGY_TEST_VICTIM_STORE";

fn new_store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path().join("store")).unwrap();
    (folder, store)
}

/// An image of one layer with this content.
fn image(store: &Store, content: &str) -> Descriptor {
    let config = store.blobs().put(format!("{{\"c\":{content:?}}}").as_bytes()).unwrap().descriptor(CONFIG);
    let layer = store.blobs().put(content.as_bytes()).unwrap().descriptor(LAYER);
    let manifest = json!({"schemaVersion": 2, "config": config, "layers": [layer]}).to_string();
    store.blobs().put(manifest.as_bytes()).unwrap().descriptor(MANIFEST)
}

fn names(store: &Store) -> Vec<String> {
    let images = store.images().unwrap();
    assert!(images.broken.is_empty(), "{:?}", images.broken);
    images.images.into_iter().map(|image| image.name).collect()
}

/// Makes a thing look as if it had last been used so many days ago.
fn age(path: &Path, days: u64) {
    let time = SystemTime::now() - Duration::from_secs(days * 24 * 3600);
    fs::File::open(path).unwrap().set_modified(time).unwrap();
}

fn prune(store: &Store, keep_days: Option<u64>, max_bytes: Option<u64>) -> PruneReport {
    store.prune(&PruneOptions { keep_days, max_bytes, dry_run: false }).unwrap()
}

#[test]
fn only_empty_folders_become_stores() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str, file: &str, content: &str| {
        let path = folder.path().join(name);
        fs::create_dir(&path).unwrap();
        fs::write(path.join(file), content).unwrap();
        Store::open(&path).map(|_| ())
    };
    assert!(matches!(at("other", "letter.txt", ""), Err(Error::NotAStore { .. })));
    assert!(matches!(at("layout", "oci-layout", "{}"), Err(Error::NotAStore { .. })));
    assert!(matches!(at("project", "lock", "npm"), Err(Error::NotAStore { .. })));
    assert!(matches!(at("newer", "lock", "effigy store 2\n"), Err(Error::Newer { found: 2, known: 1, .. })));
    // Somebody died while making it.
    assert!(at("begun", "lock", "").is_ok());
    assert!(matches!(Store::open(folder.path().join("other/letter.txt")), Err(Error::NotAStore { .. })));
    assert!(!folder.path().join("other/blobs").exists());

    assert!(matches!(Store::at(folder.path().join("none")), Err(Error::Missing { .. })));
    let store = Store::open(folder.path().join("a/b")).unwrap();
    fs::remove_dir(store.path().join("scratch")).unwrap();
    assert!(Store::open(store.path()).is_ok() && Store::at(store.path()).unwrap().scratch().is_ok());
}

#[test]
fn blobs_are_named_by_their_content() {
    let (_folder, store) = new_store();
    let blob = store.blobs().put(&b"abc"[..]).unwrap();
    assert_eq!(blob, Blob { digest: Digest::of("abc"), length: 3 });
    assert_eq!(store.blobs().put(&b"abc"[..]).unwrap(), blob);
    assert_eq!(store.blobs().read(&blob.digest).unwrap(), b"abc");
    assert!(matches!(store.blobs().open(&Digest::of("x")), Err(Error::NoBlob { .. })));
    let mode = fs::metadata(store.blobs().path(&blob.digest)).unwrap().permissions().mode();
    assert_eq!(mode & 0o444, 0o444, "others can read it");

    let mut given_up = store.blobs().writer().unwrap();
    given_up.write_all(b"half").unwrap();
    drop(given_up);
    assert_eq!(fs::read_dir(store.path().join("blobs/sha256")).unwrap().count(), 1);

    // Cut off behind our back: a blob of the wrong length is replaced, one of wrong content is noticed.
    fs::write(store.blobs().path(&blob.digest), "ab").unwrap();
    assert_eq!(store.blobs().put(&b"abc"[..]).unwrap(), blob);
    store.blobs().verify(&blob.digest).unwrap();
    fs::write(store.blobs().path(&blob.digest), "xyz").unwrap();
    assert!(matches!(store.blobs().verify(&blob.digest), Err(Error::BlobContent { .. })));
    assert!(matches!(store.blobs().read(&blob.digest), Err(Error::BlobContent { .. })));
}

#[test]
fn images_are_whole_or_broken() {
    let (_folder, store) = new_store();
    let (one, two) = (image(&store, "one"), image(&store, "two"));
    store.tag("web", &one).unwrap();
    store.tag("web", &two).unwrap();
    store.tag("dischord/webserver:1.0", &one).unwrap();
    assert_eq!(names(&store), ["web", "dischord/webserver:1.0"]);
    assert_eq!(store.image("web").unwrap().unwrap().manifest.digest, two.digest);
    assert!(store.image("none").unwrap().is_none());
    assert!(matches!(store.tag("Not a name", &one), Err(Error::ImageName { .. })));
    assert!(matches!(
        store.tag("ghost", &Descriptor::new(MANIFEST, Digest::of("ghost"), 1)),
        Err(Error::NoBlob { .. })
    ));

    fs::write(store.blobs().path(&Digest::of("two")), "tw").unwrap();
    let images = store.images().unwrap();
    assert_eq!((images.images.len(), images.broken.len()), (1, 1));
    assert_eq!(images.broken[0].name, "web");
    assert!(matches!(images.broken[0].reason, Error::BlobLength { found: 2, expected: 3, .. }));
    assert!(store.image("web").is_err());
    assert!(store.untag("web").unwrap() && !store.untag("web").unwrap());
    assert_eq!(names(&store), ["dischord/webserver:1.0"]);
}

#[test]
fn foreign_entries_of_the_index_survive() {
    let (_folder, store) = new_store();
    let manifest = image(&store, "theirs");
    let theirs = json!({"schemaVersion": 2, "annotations": {"x": "y"}, "manifests": [manifest]});
    fs::write(store.path().join("index.json"), theirs.to_string()).unwrap();
    store.tag("ours", &image(&store, "ours")).unwrap();
    assert_eq!(names(&store), [manifest.digest.oci(), "ours".to_owned()]);
    let index: serde_json::Value =
        serde_json::from_slice(&fs::read(store.path().join("index.json")).unwrap()).unwrap();
    assert_eq!(index["annotations"]["x"], "y");
}

#[test]
fn many_tag_at_once_and_readers_see_whole_indexes() {
    let (_folder, store) = new_store();
    let manifest = image(&store, "shared");
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let (store, manifest) = (Store::open(store.path()).unwrap(), manifest.clone());
            scope.spawn(move || {
                for number in 0..10 {
                    store.tag(&format!("image{writer}-{number}"), &manifest).unwrap();
                }
            });
        }
        scope.spawn(|| (0..40).for_each(|_| assert!(names(&store).len() <= 40)));
    });
    assert_eq!(names(&store).len(), 40);
}

#[test]
fn records_and_folders_are_found_again() {
    let (_folder, store) = new_store();
    let key = Digest::of("key");
    assert_eq!(store.get_record::<u32>(Bucket::Catalogs, &key).unwrap(), None);
    store.put_record(Bucket::Catalogs, &key, &7).unwrap();
    assert_eq!(store.get_record(Bucket::Catalogs, &key).unwrap(), Some(7));
    assert_eq!(store.get_record::<String>(Bucket::Catalogs, &key).unwrap(), None, "another shape");
    assert_eq!(store.get_record::<u32>(Bucket::Layers, &key).unwrap(), None, "another bucket");

    for (content, number) in [("first", 1), ("second", 2)] {
        let scratch = store.scratch().unwrap();
        let root = scratch.path().join("root");
        fs::create_dir(&root).unwrap();
        fs::write(root.join("file"), content).unwrap();
        let directory = store.publish_directory(Bucket::Roots, &key, &root).unwrap();
        assert_eq!(fs::read_to_string(directory.path().join("file")).unwrap(), "first", "{number}");
        assert!(!root.exists());
    }
    assert!(store.directory(Bucket::Roots, &key).unwrap().is_some());
    assert_eq!(fs::read_dir(store.path().join("scratch")).unwrap().count(), 0);
}

#[test]
fn pruning_takes_what_nobody_needs() {
    let (_folder, store) = new_store();
    store.tag("web", &image(&store, "kept by its image")).unwrap();
    let base = image(&store, "kept by a record");
    store.put_record(Bucket::Layers, &Digest::of("base"), &json!({"manifest": base.digest})).unwrap();
    let lost = store.blobs().put(&b"lost"[..]).unwrap();
    fs::create_dir_all(store.path().join("cache/roots-v0/old")).unwrap();
    fs::create_dir_all(store.path().join("cache/roots-v99/new")).unwrap();
    fs::write(store.bucket(Bucket::Debs).unwrap().join("x.deb"), "deb").unwrap();

    let options = PruneOptions { dry_run: true, ..PruneOptions::default() };
    let planned = store.prune(&options).unwrap();
    assert!(store.blobs().contains(&lost.digest).unwrap());
    let done = prune(&store, Some(30), None);
    assert_eq!(planned.removed, done.removed);
    assert_eq!(done.removed.len(), 2, "{done:?}");
    assert!(
        !store.blobs().contains(&lost.digest).unwrap() && !store.path().join("cache/roots-v0/old").exists()
    );
    assert!(store.path().join("cache/roots-v99/new").exists(), "a newer effigy's");
    assert!(store.blobs().contains(&Digest::of("kept by a record")).unwrap());

    age(&store.path().join(format!("cache/layers-v1/{}.json", Digest::of("base"))), 31);
    age(&store.path().join("cache/debs-v1/x.deb"), 31);
    assert_eq!(prune(&store, Some(30), None).removed.len(), 2 + 3);
    assert_eq!(names(&store), ["web"]);
    store.untag("web").unwrap();
    assert_eq!(prune(&store, None, None).kept_bytes, 0);
}

#[test]
fn pruning_leaves_what_is_in_use() {
    let (_folder, store) = new_store();
    let publish = |key: &str, days: u64| {
        let scratch = store.scratch().unwrap();
        fs::create_dir(scratch.path().join("root")).unwrap();
        fs::write(scratch.path().join("root/file"), vec![1; 100_000]).unwrap();
        let key = Digest::of(key);
        drop(store.publish_directory(Bucket::Roots, &key, &scratch.path().join("root")).unwrap());
        age(&store.path().join(format!("cache/roots-v1/{key}.lock")), days);
        key
    };
    let (old, older, oldest) = (publish("old", 5), publish("older", 6), publish("oldest", 7));
    let exists = |key: &Digest| store.path().join(format!("cache/roots-v1/{key}")).exists();
    // Open: its use is new, and its lock is taken.
    let open = store.directory(Bucket::Roots, &oldest).unwrap().unwrap();
    age(&store.path().join(format!("cache/roots-v1/{oldest}.lock")), 7);
    let report = prune(&store, None, Some(250_000));
    assert_eq!((exists(&old), exists(&older), exists(&oldest)), (true, false, true), "{report:?}");
    let report = prune(&store, Some(1), None);
    assert_eq!((report.in_use, exists(&old), exists(&oldest)), (1, false, true));
    drop(open);

    // A build begins, uses an old blob and writes a new one; both are safe as long as it runs.
    let found = store.blobs().put(&b"found"[..]).unwrap().digest;
    let unused = store.blobs().put(&b"unused"[..]).unwrap().digest;
    for digest in [found, unused] {
        age(&store.blobs().path(&digest), 5);
    }
    let build = store.scratch().unwrap();
    assert!(store.blobs().contains(&found).unwrap());
    let written = store.blobs().put(&b"written"[..]).unwrap().digest;
    let writer = store.blobs().writer().unwrap();
    let report = prune(&store, Some(0), Some(0));
    assert_eq!(report.removed.len(), 2, "the unused blob and the root: {report:?}");
    assert!(build.path().is_dir());
    assert!(store.blobs().contains(&found).unwrap() && store.blobs().contains(&written).unwrap());
    writer.finish().unwrap();
    drop(build);
    prune(&store, None, None);
    assert!(!store.blobs().contains(&found).unwrap());
    let left = |folder: &str| fs::read_dir(store.path().join(folder)).unwrap().count();
    assert_eq!((left("blobs/sha256"), left("scratch"), left("cache/roots-v1")), (0, 0, 0));
}

#[test]
fn stubborn_trees_go_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let (keep, tree) = (folder.path().join("keep"), folder.path().join("tree"));
    fs::create_dir_all(keep.join("inner")).unwrap();
    fs::create_dir_all(tree.join("locked/inner")).unwrap();
    fs::create_dir_all(tree.join(".deep-1/inner")).unwrap();
    symlink(&keep, tree.join("link")).unwrap();
    fs::write(tree.join("locked/inner/file"), "").unwrap();
    let deep = (0..400).fold(tree.clone(), |path, _| path.join("d"));
    fs::create_dir_all(&deep).unwrap();
    fs::write(deep.join("file"), "").unwrap();
    for path in ["locked/inner", "locked"] {
        fs::set_permissions(tree.join(path), fs::Permissions::from_mode(0o000)).unwrap();
    }
    remove_tree(&tree).unwrap();
    assert!(!tree.exists() && keep.join("inner").exists());
    remove_tree(&tree).unwrap();
}

#[test]
fn a_full_disk_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let full = std::io::Error::from_raw_os_error(28);
    let error = Error::io("write", folder.path().join("file"))(full);
    assert!(matches!(&error, Error::NoSpace { folder: named, .. } if named == folder.path()), "{error}");
    assert!(error.to_string().contains("MB free") && error.hint().is_some());
}

/// Not a test of its own: what the children of the next test run until they are killed.
#[test]
fn crash_victim() {
    let Some(path) = std::env::var_os(VICTIM) else { return };
    for round in 0.. {
        let store = Store::open(&path).unwrap();
        store.clean_scratch().unwrap();
        let scratch = store.scratch().unwrap();
        let root = scratch.path().join("root");
        fs::create_dir_all(root.join("a/b")).unwrap();
        fs::write(root.join("a/b/file"), format!("{round}")).unwrap();
        let content = format!("{} {round}", std::process::id());
        store.tag(&format!("image{}", round % 5), &image(&store, &content)).unwrap();
        let key = Digest::of(&content);
        store.put_record(Bucket::Layers, &key, &json!({"layer": key})).unwrap();
        store.publish_directory(Bucket::Roots, &key, &root).unwrap();
        if round % 3 == 2 {
            store.prune(&PruneOptions { keep_days: None, max_bytes: Some(100_000), dry_run: false }).unwrap();
        }
    }
}

#[test]
fn a_store_outlives_processes_killed_at_any_moment() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    for round in 0..12 {
        let victims: Vec<_> = (0..2)
            .map(|_| {
                Command::new(std::env::current_exe().unwrap())
                    .args(["--exact", "tests::crash_victim"])
                    .env(VICTIM, &path)
                    .stdout(Stdio::null())
                    .spawn()
                    .unwrap()
            })
            .collect();
        std::thread::sleep(Duration::from_millis(15 + 23 * round));
        for mut victim in victims {
            victim.kill().unwrap();
            let status = victim.wait().unwrap();
            assert_eq!(status.code(), None, "it ended by itself: {status}");
        }
        let store = Store::open(&path).unwrap();
        names(&store);
        store.tag("after", &image(&store, "after")).unwrap();
        for key in files::names(&store.path().join("cache/roots-v1")).unwrap() {
            let file = store.path().join("cache/roots-v1").join(&key).join("a/b/file");
            assert!(key.ends_with(".lock") || fs::metadata(file).unwrap().len() > 0, "{key}");
        }
        store.clean_scratch().unwrap();
        assert_eq!(fs::read_dir(path.join("scratch")).unwrap().count(), 0);
        assert!(files::names(&path.join("blobs/sha256")).unwrap().iter().all(|name| name.len() == 64));
    }
    let store = Store::open(&path).unwrap();
    assert!(names(&store).len() > 1, "the victims did something");
    prune(&store, Some(0), Some(0));
    for name in names(&store) {
        let image = store.image(&name).unwrap().unwrap();
        store.blobs().verify(&image.manifest.digest).unwrap();
    }
    assert_eq!(fs::metadata(path.join("lock")).unwrap().size(), "effigy store 1\n".len() as u64);
}

#[test]
fn a_sealed_blob_has_no_name_until_it_is_published() {
    let (_folder, store) = new_store();
    let seal = |bytes: &[u8]| {
        let mut writer = store.blobs().writer().unwrap();
        writer.write_all(bytes).unwrap();
        writer.seal().unwrap()
    };
    let (dropped, kept) = (seal(b"dropped"), seal(b"kept"));
    assert_eq!(dropped.blob().digest, Digest::of("dropped"));
    assert_eq!(std::io::read_to_string(kept.open().unwrap()).unwrap(), "kept");
    drop(dropped);
    kept.publish().unwrap();
    assert!(store.blobs().contains(&Digest::of("kept")).unwrap());
    assert!(!store.blobs().contains(&Digest::of("dropped")).unwrap());
}
