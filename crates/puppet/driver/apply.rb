# Applies a compiled catalog to the root this process stands in: apply.rb REQUEST
#
# Request: tools (where the tools root is seen), directory, modulepath, certname, facts, log_level, catalog (where from).
# Events: log; begin {resource}; error; applied {failed: [{resource, file, line, messages, skipped}], changed, services}.

require_relative 'common'
require_relative 'service'
require 'puppet/provider/parsedfile'

module Effigy
  # Says which resource is at work.
  module Reporting
    def evaluate(resource)
      Effigy.tell('begin', 'resource' => resource.ref)
      super
    end
  end

  # Files that Puppet parses and writes whole get a header from it, with the time of day: nobody who runs the
  # image needs to know when it was built, and by what.
  module WithoutHeader
    def to_file(records) = super.gsub(/^# HEADER:.*\n/, '')
  end

  def self.summarise(status)
    messages = status.events.select { |event| event.status == 'failure' }.map { |event| text(event.message) }
    { 'resource' => status.resource, 'file' => status.file, 'line' => status.line, 'messages' => messages }.compact
  end

  def self.report(statuses)
    failed = statuses.select { |status| status.failed? || status.failed_to_restart? }
    tell('applied', 'failed' => failed.map { |status| summarise(status) },
                    'skipped' => statuses.select(&:dependency_failed?).map(&:resource),
                    'changed' => statuses.select(&:changed?).map(&:resource),
                    'services' => Services.outcome)
  end
end

Effigy.guard do
  Effigy.start
  Effigy.in_environment do |environment|
    Puppet::Transaction::ResourceHarness.prepend(Effigy::Reporting)
    Puppet::Provider::ParsedFile.singleton_class.prepend(Effigy::WithoutHeader)
    text = File.read(Effigy::REQUEST['catalog'], encoding: 'UTF-8')
    catalog = Puppet::Resource::Catalog.convert_from(:json, text)
    # A catalog's JSON holds only the environment's name, and files are served from its modules.
    catalog.environment_instance = environment
    facts = Puppet::Node::Facts.new(Effigy::REQUEST['certname'], Effigy::REQUEST['facts'])
    Puppet::Pops::Evaluator::DeferredResolver.resolve_and_replace(facts, catalog, environment,
                                                                  Puppet[:preprocess_deferred])
    Effigy::Services.take_over(catalog)
    resources = catalog.to_ral
    resources.finalize
    Effigy::Services.look_over(resources)
    Effigy.tell('begin', 'total' => resources.resources.size)
    transaction = resources.apply
    Effigy.report(transaction.report.resource_statuses.values)
  end
end
