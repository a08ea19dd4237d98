//! `lookup`.

use values::Text;

use crate::catalog::compilation;
use crate::prelude::*;

/// Looks up data by name, with a type it must be of, a way to merge, and a default.
pub(crate) static LOOKUP: Function = Function {
    name: "lookup",
    summary: "Looks up data by name, with a type it must be of, a way to merge, and a default.",
    dispatches: &[
        Dispatch {
            signature: "(NameType $name, ValueType $value_type = Any, MergeType $merge = '')",
            run: |context, arguments| by_place(context, arguments),
        },
        Dispatch {
            signature: "(NameType $name, Optional[ValueType] $value_type, Optional[MergeType] $merge, DefaultValueType $default_value)",
            run: |context, arguments| by_place(context, arguments),
        },
        Dispatch {
            signature: "(NameType $name, ValueType $value_type = Any, MergeType $merge = '', BlockType &$block)",
            run: |context, arguments| by_place(context, arguments),
        },
        Dispatch {
            signature: "(OptionsWithName $options_hash, Optional[BlockType] &$block)",
            run: |context, arguments| by_options(context, arguments),
        },
        Dispatch {
            signature: "(Variant[String, Array[String]] $name, OptionsWithoutName $options_hash, Optional[BlockType] &$block)",
            run: |context, arguments| by_options(context, arguments),
        },
    ],
    examples: &[
        Example { code: "lookup('port')", gives: "80" },
        Example { code: "lookup('nothing', Integer, 'first', 8080)", gives: "8080" },
        Example { code: "lookup({'name' => 'nothing', 'default_value' => 1})", gives: "1" },
    ],
    signatures: OnceLock::new(),
};

fn by_place(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    let names = ["value_type", "merge", "default_value"];
    let given = names.into_iter().zip(arguments.values.iter().skip(1));
    // An `undef` stands for no type and no merge, but it is a default.
    let options = given.filter(|(name, value)| *name == "default_value" || !value.is_undef());
    let options = Value::hash(options.map(|(name, value)| (name, value.clone())));
    look_up(context, arguments, arguments.get(0), &options)
}

fn by_options(context: &mut dyn Context, arguments: &Arguments<'_>) -> Answer {
    match arguments.values {
        [options] => {
            let names =
                options.as_hash().and_then(|options| options.get(&Text("name"))).unwrap_or(&Value::Undef);
            look_up(context, arguments, names, options)
        }
        _ => look_up(context, arguments, arguments.get(0), arguments.get(1)),
    }
}

fn look_up(context: &mut dyn Context, arguments: &Arguments<'_>, names: &Value, options: &Value) -> Answer {
    let names = match names {
        Value::Array(names) => names.as_slice(),
        name => std::slice::from_ref(name),
    };
    compilation("lookup", context)?.lookup(names, options, arguments.block)
}
