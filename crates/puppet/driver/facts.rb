# The facts that Puppet's own code and the modules' Ruby see: those of the request, then what a module's own
# fact files find in this root. No fact of Facter's is ever resolved, since they would tell of the host.

module Effigy
  class Facts
    # Old flat names, which providers still ask for, and where the value lies today.
    LEGACY = {
      'architecture' => 'os.architecture', 'domain' => 'networking.domain', 'fqdn' => 'networking.fqdn',
      'hardwaremodel' => 'os.hardware', 'hostname' => 'networking.hostname', 'ipaddress' => 'networking.ip',
      'lsbdistcodename' => 'os.distro.codename', 'lsbdistid' => 'os.distro.id',
      'operatingsystem' => 'os.name', 'operatingsystemmajrelease' => 'os.release.major',
      'operatingsystemrelease' => 'os.release.full', 'osfamily' => 'os.family'
    }.freeze

    def self.install(values)
      @values = values
      Puppet.runtime[:facter] = new
      Object.autoload(:Facter, File.join(__dir__, 'facter_shim.rb'))
    end

    # What the request says of a fact, by a flat, dotted or legacy name; nil when it says nothing.
    def self.given(name)
      name = name.to_s.downcase
      return @values[name] if @values.key?(name)

      keys = LEGACY.fetch(name, name).split('.')
      keys.reduce(@values) { |value, key| value.is_a?(Hash) ? value[key] : nil }
    end

    def self.values = @values

    # The interface that Puppet expects of its fact source.
    def value(name)
      given = Facts.given(name)
      given.nil? && !name.to_s.include?('.') ? ::Facter.value(name) : given
    end

    def to_hash = Facts.values
    def add(name, &block) = ::Facter.add(name, &block)
    def resolve(_options) = Facts.values
    def load_external? = false
    def clear = nil
    def reset = nil
    def search(*) = nil
    def search_external(_folders) = nil
    def load_external(_value) = nil
    def trace(_value) = nil
    def debugging(_value) = nil
  end
end
