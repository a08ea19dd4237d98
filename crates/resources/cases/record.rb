# Records what real Puppet does with the cases: record.rb FILE.md..  (started by the script `record` beside it)
#
# Every case is applied twice in a fresh overlay on Puppet's own root. Noted are the catalog, the files before, and of
# each run the log lines, the events, the commands with their output and what they changed, and the files after.
# Writes recorded/FILE.jsonl, one line a case.

require 'json'
require 'puppet'
require 'puppet/util/log'
require 'puppet/util/log/destinations'
require 'base64'
require 'etc'

# Real Puppet, set up once, with a fresh environment for every case.
module Oracle
  MODULES = %w[/modules].freeze
  FACTS = JSON.parse(File.read(File.join(__dir__, 'facts.json')))
  NODE = 'node.example.org'

  def self.start
    Puppet.initialize_settings(['--vardir', "#{INSIDE}/var", '--confdir', "#{INSIDE}/conf", '--modulepath', MODULES.join(':')])
    Puppet[:strict] = :error
  end

  def self.in_environment(facts)
    environment = Puppet::Node::Environment.create(:production, MODULES, Puppet::Node::Environment::NO_MANIFEST)
    loaders = Puppet::Pops::Loaders.new(environment)
    Puppet.override(current_environment: environment, loaders: loaders, rich_data: true) do
      node = Puppet::Node.new(NODE, facts: Puppet::Node::Facts.new(NODE, FACTS.merge(facts)), environment: environment)
      node.merge(node.facts.values)
      yield node
    end
  end
end

CLONE_NEWNS = 0x20000
STAGE = '/mnt/stage' # a scratch file system of the caller's
INSIDE = '/tmp/.puppet' # Puppet's own folders, no part of what is recorded
SKELETON = %w[/bin /bin/sh /etc /etc/group /etc/passwd /root /tmp /usr /usr/bin /usr/bin/bash /usr/bin/dash /usr/bin/test
              /usr/bin/true /usr/bin/false /usr/bin/touch /usr/bin/echo /usr/sbin /usr/sbin/nologin /var /var/lib /var/spool
              /usr/bin/crontab /usr/bin/grep /usr/bin/cat /usr/bin/id /usr/bin/sh /sbin /opt /srv /home /etc/hosts /etc/fstab
              /etc/login.defs /etc/shadow /usr/bin/env /usr/bin/sleep /usr/bin/mkdir /usr/bin/rm /usr/bin/ln].freeze

def octal(mode) = format('%04o', mode & 0o7777)

# One path as data: what the tests' in-memory system can be filled with and compared to.
def entry(path, content: true)
  stat = File.lstat(path)
  found = { 'owner' => stat.uid, 'group' => stat.gid }
  return found.merge('link' => File.readlink(path)) if stat.symlink?
  found['mode'] = octal(stat.mode)
  return found.merge('directory' => true) if stat.directory?
  return found.merge('special' => stat.ftype) unless stat.file?
  text = content ? File.binread(path).force_encoding('UTF-8') : ''
  # Times that a case sets are round; others are nobody's business.
  found['time'] = stat.mtime.to_i if (stat.mtime.to_i % 1_000_000_000).zero?
  found.merge(text.valid_encoding? ? { 'content' => text } : { 'base64' => Base64.strict_encode64(text) })
end

# Where to look for changes: everywhere, or below some paths that the case names.
module Scope
  class << self
    attr_accessor :paths

    def hold?(path) = paths.nil? || paths.any? { |one| path == one || path.start_with?("#{one}/") || one.start_with?("#{path}/") }
  end
end

def changed(upper)
  found = {}
  queue = Dir.children(upper).map { |name| "/#{name}" }
  while (path = queue.shift)
    next if path.start_with?(INSIDE, '/tmp/hsperf', '/tmp/puppet_dpkg', '/tmp/puppet2', '/dev', '/proc', '/mnt')
    next unless Scope.hold?(path)
    full = File.join(upper, path)
    stat = File.lstat(full)
    if stat.chardev? && stat.rdev.zero? then found[path] = nil
    else
      found[path] = entry(full)
      queue.concat(Dir.children(full).map { |name| File.join(path, name) }) if stat.directory?
    end
  end
  found.sort.to_h
end

def difference(before, after)
  (before.keys | after.keys).sort.each_with_object({}) do |path, found|
    found[path] = after[path] if before[path] != after[path] || before.key?(path) != after.key?(path)
  end
end

def syscall!(*numbers) = syscall(*numbers)

def mount(source, target, kind, flags = 0, data = nil)
  syscall(165, source, target, kind, flags, data || 0)
end

module Commands
  class << self
    attr_accessor :upper, :list

    def note(command, options)
      before = changed(upper)
      failure = nil
      output = begin
        yield
      rescue StandardError => e
        failure = e
        nil
      end
      words = command.is_a?(Array) ? command.flatten.map(&:to_s) : command.to_s
      stdin = options[:stdinfile] ? File.read(options[:stdinfile]) : nil
      found = { 'command' => words, 'output' => output.to_s, 'exit' => output.respond_to?(:exitstatus) ? output.exitstatus : nil,
                'user' => options[:uid], 'group' => options[:gid], 'directory' => options[:cwd] || (Dir.pwd == '/' ? nil : Dir.pwd), 'stdin' => stdin,
                'environment' => (options[:custom_environment] || {}).transform_keys(&:to_s),
                'failure' => failure&.message, 'changes' => difference(before, changed(upper)) }
      list << found.compact.reject { |name, value| value == {} && name != 'changes' }
      raise failure if failure
      output
    end
  end

  module Execute
    def execute(command, options = Puppet::Util::Execution::NoOptionsSpecified)
      Commands.note(command, options) { super }
    end
  end
end

module WithoutHeader
  def to_file(records) = super.gsub(/^# HEADER:.*\n/, '')
end

def one_run(upper, options)
  Commands.upper = upper
  Commands.list = []
  logs = []
  Puppet::Util::Log.close_all
  Puppet::Util::Log.newdestination(Puppet::Test::LogCollector.new(logs))
  Puppet::Util::Log.level = options['level']&.to_sym || :notice
  Puppet[:noop] = options['noop'] || false
  Puppet[:tags] = options['tags'] || ''
  Puppet[:skip_tags] = options['skip_tags'] || ''
  events = []
  error = nil
  begin
    catalog = yield
    ral = catalog.to_ral
    ral.finalize
    transaction = ral.apply
    events = transaction.report.resource_statuses.values.flat_map do |status|
      status.events.map { |event| { 'resource' => status.resource, 'property' => event.property, 'name' => event.name.to_s, 'status' => event.status } }
    end
    statuses = transaction.report.resource_statuses.values
    flags = %w[changed failed skipped restarted].to_h { |flag| [flag, statuses.select { |s| s.public_send("#{flag}?") }.map(&:resource).reject { |r| r.start_with?('Schedule[', 'Filebucket[') }.sort] }
  rescue Exception => e
    error = e.message.to_s
  end
  Puppet::Util::Log.close_all
  lines = logs.map { |line| [line.level.to_s, line.source.to_s, line.message.to_s.dup.force_encoding('UTF-8').scrub] }
  { 'logs' => lines, 'events' => events, 'error' => error, 'commands' => Commands.list, 'after' => changed(upper) }.merge(flags || {}).compact
end

def prepare(upper, spec)
  spec.each do |path, wanted|
    FileUtils.mkdir_p(File.dirname(path)) unless File.directory?(File.dirname(path))
    FileUtils.rm_rf(path) if File.symlink?(path) || (File.exist?(path) && !wanted['directory'])
    next if wanted['absent']
    if wanted['link'] then File.symlink(wanted['link'], path)
    elsif wanted['directory'] then FileUtils.mkdir_p(path)
    else File.binwrite(path, wanted['content'] || '')
    end
    File.lchown(wanted['owner'] || 0, wanted['group'] || 0, path)
    File.chmod((wanted['mode'] || (wanted['directory'] ? '0755' : '0644')).to_i(8), path) unless wanted['link']
    File.utime(wanted['time'], wanted['time'], path) if wanted['time']
  end
end

# In a process of its own: new mounts, new root, Puppet twice.
def apply(test, output)
  syscall(272, CLONE_NEWNS)
  %w[upper work root].each { |name| Dir.mkdir("#{STAGE}/#{name}") }
  File.chmod(0o755, "#{STAGE}/upper")
  mount('overlay', "#{STAGE}/root", 'overlay', 0, "lowerdir=/mnt/lower,upperdir=#{STAGE}/upper,workdir=#{STAGE}/work")
  root = "#{STAGE}/root"
  mount('/dev', "#{root}/dev", 'none', 4096 | 16384)
  FileUtils.mkdir_p("#{root}/mnt/upper")
  mount("#{STAGE}/upper", "#{root}/mnt/upper", 'none', 4096)
  Dir.chroot(root)
  Dir.chdir('/')
  mount('proc', '/proc', 'proc')
  upper = '/mnt/upper'
  File.umask(0o022)
  FileUtils.mkdir_p(%w[vardir confdir ssldir statedir rundir logdir publicdir codedir].map { |name| "#{INSIDE}/#{name}" })
  Puppet.settings.use(:main, :agent, :ssl)
  %w[DEBIAN_FRONTEND HOME].each { |name| ENV[name] = { 'DEBIAN_FRONTEND' => 'noninteractive', 'HOME' => '/root' }[name] }
  prepare(upper, JSON.parse(test['before'] || '{}'))
  system(test['prepare'], out: File::NULL, exception: true) if test['prepare']
  system(test['also'], out: File::NULL, exception: true) if test['also']
  options = JSON.parse(test['options'])
  Scope.paths = options['only']
  result = { 'case' => test['name'], 'options' => options }
  before = changed(upper)
  result['base'] = (options['skeleton'] || []).to_h { |path| [path, entry(path, content: path.start_with?('/etc'))] }
  result['before'] = before
  begin
    catalog = nil
    text = nil
    Oracle.in_environment(options['facts'] || {}) do |node|
      Puppet[:code] = test['puppet']
      text = Puppet::Parser::Compiler.compile(node).to_json
      result['catalog'] = JSON.parse(text).slice('name', 'environment', 'resources', 'edges')
    end
    result['runs'] = Array.new(options['runs'] || 2) do
      Oracle.in_environment(options['facts'] || {}) do |node|
        one_run(upper, options) do
          catalog = Puppet::Resource::Catalog.convert_from(:json, text)
          catalog.environment_instance = node.environment
          catalog
        end
      end
    end
  rescue Exception => e
    result['error'] = e.message
  end
  output.write(JSON.generate(result))
end

def cases(text)
  head, *parts = text.split(/^## /)
  blocks = ->(part) { part.scan(/^```(\w+)\n(.*?)^```$/m).to_h }
  parts.map do |part|
    name, rest = part.split("\n", 2)
    common, own = blocks.call(head), blocks.call(rest)
    options = [common, own].map { |found| JSON.parse(found['options'] || '{}') }.reduce(:merge)
    common.merge(own).merge('name' => name.strip, 'options' => JSON.generate(options))
  end
end

Oracle.start
%w[vardir confdir].each { |setting| Puppet[setting.to_sym] = "#{INSIDE}/#{setting}" }
%w[ssldir statedir rundir logdir publicdir codedir].each { |setting| Puppet[setting.to_sym] = "#{INSIDE}/#{setting}" }
Puppet[:default_file_terminus] = :file_server
require 'puppet/provider/parsedfile'
Puppet::Provider::ParsedFile.singleton_class.prepend(WithoutHeader)
Puppet::Util::Execution.singleton_class.prepend(Commands::Execute)

base = SKELETON.select { |path| File.symlink?(path) || File.exist?(path) }.to_h { |path| [path, entry(path, content: path.start_with?("/etc"))] }
File.write(File.join(File.dirname(ARGV[0]), 'recorded', 'base.json'), JSON.generate(base)) if ARGV[0]

ARGV.each do |file|
  lines = cases(File.read(file, encoding: 'UTF-8')).map do |test|
    reader, writer = IO.pipe
    system("mount -t tmpfs tmpfs #{STAGE}")
    child = fork do
      reader.close
      begin
        apply(test, writer)
      rescue Exception => e
        warn "#{test['name']}: #{e.class} #{e.message[0, 300]} #{e.backtrace.first(4)}"
      end
      writer.close
      exit!(0)
    end
    writer.close
    line = reader.read
    Process.wait(child)
    system("umount -R #{STAGE}")
    warn "#{file}: #{test['name']}"
    line
  end
  File.write(File.join(File.dirname(file), 'recorded', "#{File.basename(file, '.md')}.jsonl"), lines.map { |line| "#{line}\n" }.join)
end
