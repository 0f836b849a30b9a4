"""Who may do what: certificates, revocation, roles and the list of authorised officers."""
