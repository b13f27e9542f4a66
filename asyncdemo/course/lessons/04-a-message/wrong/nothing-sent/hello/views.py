from django.shortcuts import render


def hello_view(request):
    name = request.GET.get("name", "World")
    return render(request, "hello.html", {"name": name})
