function demo::dig($segments, $options, $context) {
  if $segments[0] == 'dug' { $segments } else { $context.not_found }
}
