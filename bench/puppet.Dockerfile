# The base of the Puppet way: a minimal root with Puppet in it, and orders to copy the control repository into
# whatever is built from it. Built outside of the measured time.
ARG ROOT
FROM $ROOT
RUN echo 'APT::Install-Recommends "false";' > /etc/apt/apt.conf.d/90no-recommends \
 && printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d \
 && apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -qq ca-certificates puppet-agent \
 && apt-get clean && rm -rf /var/lib/apt/lists/*
ONBUILD COPY modules /puppet/modules
ONBUILD COPY site /puppet/site
ONBUILD COPY hieradata /puppet/hieradata
ONBUILD COPY hiera.yaml default.pp /puppet/
