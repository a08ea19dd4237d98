# Compiles a control repository for one set of facts: compile.rb REQUEST
#
# Request: tools (where the tools root is seen), directory, manifest, modulepath, hiera_config?, certname, facts, log_level, catalog (where to).
# Events: log; error {message, file, line, pos}; compiled.

require_relative 'common'

Effigy.guard do
  Effigy.start
  Effigy.in_environment do |environment|
    request = Effigy::REQUEST
    name = request['certname']
    facts = Puppet::Node::Facts.new(name, request['facts'])
    # What an agent adds of its own: `clientversion` and the like.
    facts.add_local_facts
    node = Puppet::Node.new(name, facts: facts, environment: environment)
    node.merge(facts.values)
    node.add_server_facts('serverversion' => Puppet.version, 'servername' => name)
    trusted = Puppet::Context::TrustedInformation.local(node)
    catalog = Puppet.override(trusted_information: trusted) { Puppet::Parser::Compiler.compile(node) }
    File.open(request['catalog'], 'w', 0o600) { |file| file.write(catalog.to_json) }
    Effigy.tell('compiled', 'resources' => catalog.resources.size)
  end
end
