### The screens, lessons and problems of the service "questions".
