"""Recording: a function runs on arrays that write down what is done with them."""
