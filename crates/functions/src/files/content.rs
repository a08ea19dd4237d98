//! Files of modules, and others by their full paths.

use crate::catalog::compilation;
use crate::prelude::*;

/// What is in the file that a function means: `MODULE/PATH` below a folder of the module, or a full path.
pub(super) fn read(
    function: &str,
    context: &mut dyn Context,
    folder: &str,
    name: &str,
) -> Result<Option<Vec<u8>>, Raised> {
    compilation(function, context)?.read_file(folder, name)
}

/// The bytes of a file as a text.
pub(super) fn text(name: &str, bytes: Vec<u8>) -> Result<String, Raised> {
    String::from_utf8(bytes).or_else(|error| {
        let place = error.utf8_error().valid_up_to();
        fail(format!("`{name}` is no text in UTF-8: the byte at {place} is wrong"))
    })
}

/// The path of the first file that there is.
pub(super) fn find(function: &str, context: &mut dyn Context, folder: &str, names: &[Value]) -> Answer {
    for name in names.iter().filter_map(Value::as_str) {
        if read(function, context, folder, name)?.is_none() {
            continue;
        }
        if name.starts_with('/') {
            return Ok(name.into());
        }
        let (module, path) = name.split_once('/').unwrap_or((name, ""));
        if let Some(directory) = compilation(function, context)?.module_directory(module) {
            return Ok(format!("{directory}/{folder}/{path}").into());
        }
    }
    Ok(Value::Undef)
}

/// That a template cannot be rendered here.
pub(super) fn needs_ruby(function: &str, name: Option<&str>) -> Answer {
    let what = name.map_or_else(|| "the text".to_owned(), |name| format!("`{name}`"));
    let failure =
        Failure::new(format!("{function}(): {what} is a template in Embedded Ruby, which needs Ruby"));
    Err(failure.hint("write the template in Embedded Puppet and render it with `epp`").into())
}
