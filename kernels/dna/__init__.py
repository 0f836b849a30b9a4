"""DNA search: the Prüm rule over packed profiles, decided for 64 profiles in each machine word."""
