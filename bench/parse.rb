# Parses and validates the files below the folders given as real Puppet does, and says how long that took.
# The start of Ruby, the loading of Puppet and the reading of the files are not counted.
require 'json'
require 'puppet'
require 'puppet/pops'

Puppet.initialize_settings(['--vardir', '/tmp/bench/var', '--confdir', '/tmp/bench/conf'])
Puppet::Util::Log.level = :crit
files = ARGV.flat_map { |folder| Dir.glob(File.join(folder, '**', '*.{pp,epp}')) }.sort
texts = files.map { |file| [file, File.read(file, encoding: 'UTF-8')] }
manifest = Puppet::Pops::Parser::EvaluatingParser.new
template = Puppet::Pops::Parser::EvaluatingParser::EvaluatingEppParser.new
refused = 0
environment = Puppet::Node::Environment.create(:production, [])
begun = Process.clock_gettime(Process::CLOCK_MONOTONIC)
Puppet.override(current_environment: environment, loaders: Puppet::Pops::Loaders.new(environment)) do
  texts.each do |file, text|
    (file.end_with?('.epp') ? template : manifest).parse_string(text, file)
  rescue StandardError
    refused += 1
  end
end
seconds = Process.clock_gettime(Process::CLOCK_MONOTONIC) - begun
puts JSON.generate('files' => files.size, 'seconds' => seconds, 'refused' => refused)
