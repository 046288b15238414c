"""article -> sentences -> chunks -> vectors and terms -> passages."""
