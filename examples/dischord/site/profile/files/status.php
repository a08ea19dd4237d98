<?php
// Asked for by the tests: if this line comes back, nginx reached PHP.
header('Content-Type: text/plain');
printf("dischord is alive, PHP %s\n", PHP_VERSION);
