# Real Facter, loaded only when some Ruby code asks for it, with its own facts taken out: what is left are the
# facts of the request and those that modules bring.

require 'facter'

module Facter
  class InternalFactLoader
    def facts = []
    def core_facts = []
    def legacy_facts = []
  end
end

Effigy::Facts.values.each { |name, value| Facter.add(name) { setcode { value } } }
Effigy::Facts::LEGACY.each_key do |name|
  value = Effigy::Facts.given(name)
  Facter.add(name) { setcode { value } } unless value.nil? || Effigy::Facts.values.key?(name)
end
Facter.search(*(Effigy::REQUEST['modulepath'] || []).flat_map { |folder| Dir.glob(File.join(folder, '*/lib/facter')) })
