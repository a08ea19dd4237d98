# Records the catalogs of cases: record.rb FILE.md..  (started by the script `record` beside it)
# Writes recorded/FILE.jsonl, one line a case: its heading and the catalog that real Puppet compiles of its manifest.

require 'json'
require 'puppet'

MODULES = %w[/modules].freeze
FACTS = JSON.parse(File.read('/mnt/facts/facts.json'))
NODE = 'node.example.org'
EXAMPLES = '/mnt/examples'
# What differs from run to run, or says nothing of what is wanted.
LEFT_OUT = %w[catalog_uuid version code_id catalog_format recursive_metadata metadata].freeze

Puppet.initialize_settings(['--vardir', '/mnt/var', '--confdir', '/mnt/conf', '--modulepath', MODULES.join(':')])
Puppet[:strict] = :error

# The repository's examples have a manifest, modules and data of their own.
def environment_of(example)
  return Puppet::Node::Environment.create(:production, MODULES, Puppet::Node::Environment::NO_MANIFEST) unless example
  folder = File.join(EXAMPLES, example)
  Puppet::Node::Environment.create(:production, [File.join(folder, 'site'), *MODULES], File.join(folder, 'default.pp'))
end

def compile(code, example, facts)
  environment = environment_of(example)
  loaders = Puppet::Pops::Loaders.new(environment)
  Puppet[:hiera_config] = example ? File.join(EXAMPLES, example, 'hiera.yaml') : File::NULL
  Puppet.override(current_environment: environment, loaders: loaders, rich_data: true) do
    node = Puppet::Node.new(NODE, facts: Puppet::Node::Facts.new(NODE, FACTS.merge(facts)), environment: environment)
    node.merge(node.facts.values)
    Puppet[:code] = code.to_s
    JSON.parse(Puppet::Parser::Compiler.compile(node).to_json).except(*LEFT_OUT)
  end
end

ARGV.each do |file|
  cases = File.read(file, encoding: 'UTF-8').split(/^## /).drop(1)
  lines = cases.map do |text|
    code = text[/^```puppet\n(.*?)^```$/m, 1]
    options = JSON.parse(text[/^```json options\n(.*?)^```$/m, 1] || '{}')
    catalog = compile(code, options['example'], options['facts'] || {})
    JSON.generate('case' => text.lines.first.chomp, 'catalog' => catalog) + "\n"
  end
  File.write(File.join(File.dirname(file), 'recorded', "#{File.basename(file, '.md')}.jsonl"), lines.join)
end
