### The screens, lessons and problems of the service "digitisation".
