### The pages of staff, clients and the public.

sign-in = Sign in
email = E-mail
password = Password
# $operator (String) - the organisation
run-by = { $operator } runs this Kazi. Kazi is free software (Apache-2.0).
