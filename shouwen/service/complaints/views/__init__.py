"""The pages of the complaints."""
