# A role in the Puppet way: facts, one run of Puppet, and what can be cleaned up afterwards.
ARG BASE
FROM $BASE
ENV FACTER_role=webserver FACTER_container=dischord_webserver DEBIAN_FRONTEND=noninteractive
RUN apt-get update -qq \
 && { puppet apply --detailed-exitcodes --modulepath /puppet/site:/puppet/modules \
        --hiera_config /puppet/hiera.yaml /puppet/default.pp || test $? -eq 2; } \
 && apt-get clean && rm -rf /puppet /var/lib/apt/lists/*
EXPOSE 80
CMD ["supervisord", "-n"]
