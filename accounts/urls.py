"""Sign-in and one's own account. Nobody signs up: people are added in the admin."""

from allauth.account import views
from django.urls import path

urlpatterns = [
    path("masuk/", views.login, name="account_login"),
    path("keluar/", views.logout, name="account_logout"),
    path("tidak-aktif/", views.account_inactive, name="account_inactive"),
    path("sahkan-semula/", views.reauthenticate, name="account_reauthenticate"),
    path("kata-laluan/", views.password_change, name="account_change_password"),
]
