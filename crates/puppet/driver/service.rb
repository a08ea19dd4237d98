# Services in a build. There is no init system, and what runs now is gone when the image is cut. So a service
# is started only where a later resource could speak to it, and is otherwise taken as being what the code asks
# for; the image's own processes are the image definition's business.

module Effigy
  module Services
    # Types that work on files, packages and accounts, and never on a running service. Any other type that
    # comes after a service (an exec, a database, a type nobody here knows) may need it.
    PASSIVE = %w[
      anchor alternatives augeas class component concat_file concat_fragment cron file file_line group host
      ini_setting ini_subsetting mailalias mount notify package resources schedule service ssh_authorized_key
      sshkey stage sysctl tidy user whit yumrepo
    ].freeze

    class << self
      # Every service resource is managed by the provider below, whatever provider its module names.
      def take_over(catalog)
        catalog.resources.each do |resource|
          resource[:provider] = :effigy if resource.type == 'Service'
        end
      end

      # Notes what the code asks for, once resources know their desired states.
      def look_over(catalog)
        services = catalog.resources.select { |resource| resource.type == :service }
        @wanted = services.select { |service| service[:ensure] == :running }.map { |service| service[:name] }
        @needed = {}
        @started = []
      end

      # Asked while the catalog is applied, when the graph is the one that is being followed.
      def needed?(service)
        @needed.fetch(service.ref) do |ref|
          later = service.catalog.relationship_graph.dependents(service)
          @needed[ref] = later.any? { |resource| !PASSIVE.include?(resource.class.name.to_s.downcase) }
        end
      end

      def started(name) = @started.push(name)
      def outcome = { 'wanted' => @wanted, 'started' => @started.uniq }
    end
  end
end

Puppet::Type.type(:service).provide(:effigy, parent: :base) do
  desc 'Starts a service in a build only where a later resource may need it.'
  has_features :enableable, :maskable, :manages_symlinks if respond_to?(:has_features)

  def enabled? = @resource[:enable] || :false
  def enable = nil
  def disable = nil
  def mask = nil

  def status
    return really_running? ? :running : :stopped if Effigy::Services.needed?(@resource)

    @resource[:ensure] || :stopped
  end

  def start
    Effigy::Services.started(@resource[:name])
    command = @resource[:start] || start_command
    run(command, 'start')
    wait_until_running
  end

  def stop
    run(@resource[:stop] || stop_command, 'stop')
  end

  def restart
    return unless Effigy::Services.needed?(@resource)

    stop if really_running?
    start
  end

  private

  def name = @resource[:name]
  def script = ["/etc/init.d/#{name}", "/etc/init.d/#{name.delete_suffix('.service')}"].find { |path| File.executable?(path) }

  def unit
    @unit ||= %w[/etc/systemd/system /usr/lib/systemd/system /lib/systemd/system]
              .map { |folder| File.join(folder, "#{name.delete_suffix('.service')}.service") }
              .find { |path| File.file?(path) }
  end

  def start_command
    return [script, 'start'] if script
    return ['/bin/sh', '-c', Effigy::Unit.new(unit).script] if unit

    raise Puppet::Error, "cannot start service '#{name}' for the resources that need it: " \
                         "there is neither /etc/init.d/#{name} nor a unit #{name}.service in the image"
  end

  def stop_command
    return [script, 'stop'] if script

    ['/bin/sh', '-c', "kill $(cat #{pid_file})"]
  end

  def really_running?
    return run(@resource[:status], 'status', false) if @resource[:status]
    return run([script, 'status'], 'status', false) if script

    File.exist?(pid_file) && Process.kill(0, File.read(pid_file).to_i) == 1
  rescue Errno::ESRCH
    false
  end

  # A daemon that is told to start may take a moment to answer.
  def wait_until_running
    60.times { really_running? ? return : sleep(0.25) }
  end

  def pid_file = "#{Effigy::STATE}/#{name}.pid"

  def run(command, what, must = true)
    ENV['EFFIGY_PID_FILE'] = pid_file
    output = Puppet::Util::Execution.execute(command, failonfail: false, combine: true, squelch: false,
                                                      override_locale: false)
    return true if output.exitstatus.zero?
    raise Puppet::Error, "could not #{what} service '#{name}': #{output.strip}" if must

    false
  end
end

module Effigy
  # As much of a systemd unit as starting its process takes: folders, user, environment, command.
  class Unit
    def initialize(path)
      section = nil
      @settings = Hash.new { |hash, key| hash[key] = [] }
      File.read(path, encoding: 'UTF-8').gsub(/\\\n/, ' ').each_line(chomp: true) do |line|
        case line
        when /\A\s*(#|;|\z)/ then next
        when /\A\[(.+)\]/ then section = Regexp.last_match(1)
        when /\A\s*(\w+)\s*=\s*(.*?)\s*\z/
          @settings[Regexp.last_match(1)].push(Regexp.last_match(2)) if section == 'Service'
        end
      end
    end

    # A shell script that prepares and starts the process in the background and notes its number.
    def script
      [*folders, *environment, *@settings['ExecStartPre'].map { |line| "#{command(line)}#{' || true' if line.start_with?('-')}" },
       'set -e', background].join("\n")
    end

    private

    def folders
      @settings['RuntimeDirectory'].flat_map(&:split).flat_map do |folder|
        ["mkdir -p /run/#{folder}", "chown #{user}:#{group} /run/#{folder}"]
      end
    end

    def environment
      files = @settings['EnvironmentFile'].map { |file| file.delete_prefix('-') }.map { |file| "set -a; [ ! -e #{file} ] || . #{file}; set +a" }
      files + @settings['Environment'].map { |assignment| "export #{assignment}" }
    end

    def user = @settings['User'].last || 'root'
    def group = @settings['Group'].last || user

    # systemd's own prefixes say how a failure counts; only `+` and `!` speak of the user.
    def command(line) = line.sub(/\A[-@:+!|]+/, '')

    def background
      line = command(@settings['ExecStart'].last.to_s)
      if user == 'root'
        "nohup #{line} </dev/null >/dev/null 2>&1 & echo $! > $EFFIGY_PID_FILE"
      else
        "nohup setpriv --reuid=#{user} --regid=#{group} --init-groups #{line} </dev/null >/dev/null 2>&1 & " \
          'echo $! > $EFFIGY_PID_FILE'
      end
    end
  end
end
