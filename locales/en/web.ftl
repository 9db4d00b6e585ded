### The pages of staff, clients and the public.
