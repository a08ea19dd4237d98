# What compiling and applying share: the channel to effigy, settings that keep every folder of Puppet's on
# scratch mounts, and the environment that a control repository is.
#
# Knows nothing of images; paths are those of the sandbox.

require 'json'

module Effigy
  # Events to effigy, one JSON object a line. Whatever else prints to standard output, a command or a
  # module, goes to standard error, so that the channel stays clean.
  CHANNEL = $stdout.dup
  CHANNEL.sync = true
  $stdout.reopen($stderr)

  REQUEST = JSON.parse(File.read(ARGV.fetch(0), encoding: 'UTF-8'))

  def self.tell(event, fields = {})
    CHANNEL.write("#{JSON.generate(fields.merge('event' => event))}\n")
  end

  def self.text(value)
    value.to_s.dup.force_encoding('UTF-8').scrub
  end

  # The place a Puppet error names, if it names one.
  def self.place(error)
    %w[file line pos].to_h { |part| [part, error.respond_to?(part) ? error.public_send(part) : nil] }.compact
  end

  # A Puppet error speaks for itself; any other is a fault in somebody's Ruby, which its place helps to find.
  def self.words(error)
    return text(error.message) if defined?(Puppet::Error) && error.is_a?(Puppet::Error)

    ["#{error.class}: #{text(error.message)}", *(error.backtrace || []).first(5)].join("\n")
  end

  # Ends with the error told; every kind of it, for a module's Ruby can raise anything.
  def self.guard
    yield
  rescue SystemExit
    raise
  rescue Exception => e # rubocop:disable Lint/RescueException
    tell('error', place(e).merge('message' => words(e)))
    exit 1
  end
end

# What Ruby itself needed to start from the tools root is no business of the commands a resource runs. Gems are
# found by the load path from here on, since RubyGems would look at the environment again, later.
Gem::Specification.each { |gem| $LOAD_PATH.concat(gem.full_require_paths - $LOAD_PATH) } if ENV.key?('GEM_PATH')
%w[RUBYLIB GEM_PATH].each { |name| ENV.delete(name) }

# The types that Puppet's own agent package brings along lie beside it as modules. Whatever the repository's
# modules bring goes before them.
$LOAD_PATH.concat(Dir.glob(File.join(Effigy::REQUEST['tools'], 'usr/share/puppet/modules.available/*/lib')))

Effigy.guard { require 'puppet' }
require_relative 'facts'
require 'puppet/util/log/destinations'

# Puppet's log lines become events.
Puppet::Util::Log.newdesttype :effigy do
  match(/^effigy$/)

  def handle(line)
    Effigy.tell('log', { 'level' => line.level.to_s, 'message' => Effigy.text(line.message),
                         'source' => Effigy.text(line.source), 'file' => line.file, 'line' => line.line }.compact)
  end
end

module Effigy
  STATE = '/tmp/.effigy'

  # Settings before anything reads them. Real Puppet's defaults otherwise.
  def self.start
    folders = { 'vardir' => 'var', 'confdir' => 'conf', 'ssldir' => 'ssl', 'publicdir' => 'public',
                'statedir' => 'state', 'rundir' => 'run', 'logdir' => 'log', 'codedir' => 'code' }
    arguments = folders.flat_map { |setting, folder| ["--#{setting}", File.join(STATE, folder)] }
    arguments.push('--certname', REQUEST['certname'], '--default_file_terminus', 'file_server')
    arguments.push('--hiera_config', REQUEST['hiera_config']) if REQUEST['hiera_config']
    Puppet.initialize_settings(arguments)
    Puppet::Util::Log.close_all
    Puppet::Util::Log.newdestination('effigy')
    Puppet::Util::Log.level = REQUEST['log_level'].to_sym
    Facts.install(REQUEST['facts'])
  end

  # Runs the block inside the control repository's environment.
  def self.in_environment
    name = :production
    manifest = REQUEST['manifest'] || Puppet::Node::Environment::NO_MANIFEST
    environment = Puppet::Node::Environment.create(name, REQUEST['modulepath'], manifest)
    environments = Puppet::Environments::StaticDirectory.new(name, REQUEST['directory'], environment)
    Puppet.override(environments: environments) do
      loaders = Puppet::Pops::Loaders.new(environment)
      Puppet.override(current_environment: environment, loaders: loaders, rich_data: true) { yield environment }
    end
  end
end
