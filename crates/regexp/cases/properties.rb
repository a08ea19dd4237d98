# Rewrites ../src/properties.txt: keeps the names that this Ruby knows, and gives blocks and unassigned scripts
# their code points, which no crate has. More names can be put in by hand before.
#   ruby properties.rb
path = File.join(__dir__, '../src/properties.txt')
text = ((0..0xd7ff).to_a + (0xe000..0x10ffff).to_a).pack('U*')
no_block = %w[inherited initialpunctuation inscriptionalpahlavi inscriptionalparthian]
lines = File.readlines(path).map { |line| line.split.first }.uniq.sort.filter_map do |name|
  begin
    property = Regexp.new("\\p{#{name}}+")
  rescue RegexpError
    next
  end
  recorded = %w[unknown zzzz].include?(name) || name.start_with?('in') && !no_block.include?(name)
  next name unless recorded

  ranges = []
  text.scan(property) { |run| ranges << format('%x-%x', run[0].ord, run[-1].ord).sub(/\A(\h+)-\1\z/, '\1') }
  [name, *ranges].join(' ')
end
File.write(path, lines.join("\n") + "\n")
