"""Who is where: what answers, as what, and on which switch port it hangs. It reads, and knows no declaration."""
