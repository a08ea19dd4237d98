# Writes Ruby's answers into the files of cases beside it. A case is one line of JSON; what a person writes:
#   {"source": "a(b)?", "subjects": ["ab", "c"]}                       matched: begin, whole match, groups
#   {"source": "a|b", "string": "xaybz", "replacement": "<\\0>"}       String#scan, #sub, #gsub, #split
# What Ruby refuses gets its message instead.
#   ruby record.rb [FILE...]
require 'json'

def answer(entry)
  regexp = Regexp.new(entry['source'])
  return strings(regexp, entry) if entry['string']

  matches = entry.fetch('subjects', []).map do |subject|
    match = regexp.match(subject)
    match && [match.begin(0), *match.to_a]
  end
  { **entry.slice('source', 'subjects'), 'matches' => matches }
rescue RegexpError => e
  { **entry.slice('source', 'string', 'replacement', 'subjects'), 'error' => e.message }
end

def strings(regexp, entry)
  string, replacement = entry.values_at('string', 'replacement')
  whole = []
  string.gsub(regexp) { whole << Regexp.last_match(0) }
  { **entry.slice('source', 'string', 'replacement'),
    'scan' => whole,
    'sub' => string.sub(regexp, replacement || ''),
    'gsub' => string.gsub(regexp, replacement || ''),
    'split' => string.split(regexp) }
end

files = ARGV.empty? ? Dir[File.join(__dir__, '*.jsonl')] : ARGV
files.each do |file|
  lines = File.readlines(file, encoding: 'UTF-8').reject { |line| line.strip.empty? }
  File.write(file, lines.map { |line| "#{JSON.generate(answer(JSON.parse(line)))}\n" }.join)
end
