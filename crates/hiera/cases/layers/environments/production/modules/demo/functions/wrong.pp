function demo::wrong($options, $context) { [1] }
