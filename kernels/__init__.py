"""Pure numerics of the appliance: integer matching kernels that know no files, users or network."""
