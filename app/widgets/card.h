// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QHBoxLayout;
class QVBoxLayout;

namespace nephele {

// A titled box for unlike things that stand together (Overview). A list never sits in a card of its own.
class Card : public QFrame
{
    Q_OBJECT

public:
    explicit Card(const QString &title, QWidget *parent = nullptr);

    QVBoxLayout *body() const { return m_body; }
    QHBoxLayout *head() const { return m_head; } // right of the title

private:
    QVBoxLayout *m_body;
    QHBoxLayout *m_head;
};

// Name and value in two columns whose values share one left edge: "Image   Debian 12". Values can be
// selected.
class FactList : public QWidget
{
    Q_OBJECT

public:
    explicit FactList(QWidget *parent = nullptr);

    enum class Face { Plain, Mono }; // Mono: what is typed elsewhere, such as ids and addresses
    void setFact(
        const QString &name, const QString &value, Face face = Face::Plain); // empty value: the row goes
    void clear();
};

} // namespace nephele
