//! Functions of files and templates.

mod binary_file;
mod content;
mod epp;
mod file;
mod find_file;
mod find_template;
mod inline_epp;
mod inline_template;
mod module_directory;
mod template;

pub(crate) use binary_file::BINARY_FILE;
pub(crate) use epp::EPP;
pub(crate) use file::FILE;
pub(crate) use find_file::FIND_FILE;
pub(crate) use find_template::FIND_TEMPLATE;
pub(crate) use inline_epp::INLINE_EPP;
pub(crate) use inline_template::INLINE_TEMPLATE;
pub(crate) use module_directory::MODULE_DIRECTORY;
pub(crate) use template::TEMPLATE;
